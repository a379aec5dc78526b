import assert from "node:assert/strict";
import { test } from "node:test";
import { Ed25519MissingError, importIssuerKeys } from "../src/pass/index.js";
import { codes } from "./vectors.js";

test("keys are found by their id in small letters", async () => {
  const [kid, key] = Object.entries(codes.issuer_keys)[0]!;
  const keys = await importIssuerKeys({ [kid.toUpperCase()]: key });
  assert.deepEqual([...keys.keys()], [kid]);
});

test("a browser without Ed25519 is told apart from a broken key", async (context) => {
  await assert.rejects(importIssuerKeys({ "0102030405060708": "00" }), (error: Error) => {
    assert.ok(!(error instanceof Ed25519MissingError));
    return true;
  });
  context.mock.method(crypto.subtle, "importKey", async () => {
    throw new DOMException("Unrecognized name.", "NotSupportedError");
  });
  await assert.rejects(importIssuerKeys(codes.issuer_keys), Ed25519MissingError);
});
