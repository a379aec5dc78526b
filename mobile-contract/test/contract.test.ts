import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
const { version } = JSON.parse(read("package.json")) as { version: string };

test("the package has the version of the API that it describes", () => {
  assert.equal((JSON.parse(read("openapi.json")) as { info: { version: string } }).info.version, version);
});

test("the changelog says what this version brought", () => {
  assert.match(read("CHANGELOG.md"), new RegExp(`^## ${version.replaceAll(".", "\\.")}$`, "m"));
});

test("the lock file names packages and their hashes, not where they were fetched", () => {
  const lock = JSON.parse(read("package-lock.json")) as {
    packages: Record<string, { resolved?: string; integrity?: string }>;
  };
  for (const [name, { resolved, integrity }] of Object.entries(lock.packages)) {
    assert.equal(resolved, undefined, name);
    assert.ok(name === "" || integrity, `${name} has no hash`);
  }
});

test("nothing is needed at run time", () => {
  assert.equal("dependencies" in (JSON.parse(read("package.json")) as object), false);
});
