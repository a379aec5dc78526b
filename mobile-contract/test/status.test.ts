import assert from "node:assert/strict";
import { test } from "node:test";
import {
  fromHex,
  importIssuerKeys,
  MalformedError,
  readStatusList,
  StatusList,
  UntrustedError,
} from "../src/pass/index.js";
import { decompress } from "../src/pass/zlib.js";
import { statusLists } from "./vectors.js";

const pinned = await importIssuerKeys(statusLists.issuer_keys);
const genuine = fromHex(statusLists.cases[0]!.document);

for (const { name, document, held_number, list, untrusted, malformed } of statusLists.cases) {
  test(`status list: ${name}`, async () => {
    const expected = list ? { list } : untrusted ? { untrusted } : { malformed };
    assert.deepEqual(await answer(fromHex(document), held_number), expected);
  });
}

test("any changed byte of a status list fails", async () => {
  for (let at = 0; at < genuine.length; at++) {
    const changed = genuine.slice();
    changed[at]! ^= 1 << at % 8;
    assert.ok(!("list" in (await answer(changed))), `byte ${at}`);
  }
});

test("the keys of a list are those to verify with from then on", async () => {
  const status = await readStatusList(genuine, pinned);
  assert.deepEqual([...(await status.issuerKeys()).keys()], [...pinned.keys()]);
  const again = await readStatusList(genuine, await status.issuerKeys(), status.number);
  assert.equal(again.number, status.number);
});

test("an id beyond the end is newer than the list, and not stopped", async () => {
  const status = await readStatusList(genuine, pinned);
  assert.equal(status.isRevoked(status.bits.length * 8), false);
  assert.equal(status.isRevoked(2 ** 32 - 1), false);
});

test("what is packed is unpacked, up to a limit", async () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => (at % 97 ? 0 : at % 251));
  assert.deepEqual(await decompress(await packed(bytes), 100_000, "test"), bytes);
  assert.deepEqual(await decompress(await packed(new Uint8Array()), 0, "test"), new Uint8Array());
  await assert.rejects(decompress(await packed(bytes), 99_999, "test"), MalformedError);
});

async function packed(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** An answer in the words of the vectors. */
async function answer(document: Uint8Array<ArrayBuffer>, heldNumber = 0) {
  try {
    return { list: described(await readStatusList(document, pinned, heldNumber)) };
  } catch (error) {
    if (error instanceof UntrustedError) return { untrusted: error.rule };
    if (error instanceof MalformedError) return { malformed: error.layer };
    throw error;
  }
}

function described(status: StatusList) {
  const ids = Array.from({ length: status.bits.length * 8 }, (_, id) => id);
  return {
    url: status.url,
    number: status.number,
    issued_at: status.issuedAt.toISOString(),
    expires_at: status.expiresAt.toISOString(),
    time_to_live_seconds: status.timeToLiveSeconds,
    keys: status.keys.map(({ kid, publicKey, signsFrom }) => ({
      kid,
      public_key: publicKey,
      signs_from_at: signsFrom.toISOString(),
    })),
    areas: status.areas.map(({ number, name }) => ({ number, ...name })),
    pass_ids: ids.length,
    revoked: ids.filter((id) => status.isRevoked(id)),
  };
}
