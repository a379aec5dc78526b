import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryReaderStore, OfflineReader, verifyPass } from "../src/index.js";
import {
  type CardList,
  cardReference,
  createDeviceKey,
  fromHex,
  importIssuerKeys,
  MalformedError,
  readCardList,
  toHex,
  UntrustedError,
} from "../src/pass/index.js";
import { cardLists } from "./vectors.js";

const pinned = await importIssuerKeys(cardLists.issuer_keys);
const genuine = fromHex(cardLists.cases[0]!.document);
const now = new Date(cardLists.now);

for (const { number, reference } of cardLists.references) {
  test(`the reference of card ${number}`, async () => {
    assert.equal(toHex(await cardReference(fromHex(cardLists.card_key), fromHex(number))), reference);
  });
}

test("no reference is made of nothing, nor with another sort of key", async () => {
  const key = fromHex(cardLists.card_key);
  await assert.rejects(cardReference(key, new Uint8Array()), RangeError);
  await assert.rejects(cardReference(key, new Uint8Array(33)), RangeError);
  await assert.rejects(cardReference(key.slice(1), Uint8Array.of(1)), RangeError);
});

for (const { name, document, held_number, list, untrusted, malformed } of cardLists.cases) {
  test(`card list: ${name}`, async () => {
    const expected = list ? { list } : untrusted ? { untrusted } : { malformed };
    assert.deepEqual(await answer(fromHex(document), held_number), expected);
  });
}

test("any changed byte of a card list fails", async () => {
  for (let at = 0; at < genuine.length; at++) {
    const changed = genuine.slice();
    changed[at]! ^= 1 << at % 8;
    assert.ok(!("list" in (await answer(changed))), `byte ${at}`);
  }
});

for (const { reference, code } of cardLists.codes) {
  test(`the code that stands for ${reference.slice(0, 8)}`, async () => {
    const list = await readCardList(genuine, pinned);
    assert.equal(await list.findCode(fromHex(reference)), code);
  });
}

test("a card's pass is genuine from the list, and a copy when it is shown", async () => {
  const code = cardLists.codes[0]!.code!;
  const found = await verifyPass(code, { issuerKeys: pinned, now, ofCard: true });
  assert.equal(found.result === "verified" && found.claims.medium, "card");
  const copy = await verifyPass(code, { issuerKeys: pinned, now });
  assert.deepEqual(copy, { result: "refused", reason: "malformed_code", rule: "code.medium" });
});

test("a reader without network lets a card on, keeps a record, and not again at once", async () => {
  const { privateKey } = await createDeviceKey();
  const validatorId = "0197a5c2-9b1c-7d3e-9a40-2f1d6b8e4c56";
  const store = new MemoryReaderStore();
  const reader = new OfflineReader({ validatorId, privateKey }, store);
  const wanted = { action: "tap_on", mode: "bus", areas: [], amountMinor: null } as const;
  const scan = { code: cardLists.codes[0]!.code!, ofCard: true, wanted };
  const held = { issuerKeys: pinned, list: null, clockAgeSeconds: 0 };
  const shown = await reader.check(scan, held, now);
  assert.ok(shown.result === "verified");
  assert.equal((await reader.decide(scan, shown, held, now, null)).result, "opened");
  assert.equal(await store.count("waiting"), 1);
  const again = await reader.check(scan, held, now);
  assert.equal(again.result === "refused" && again.reason, "pass_back");
});

/** An answer in the words of the vectors. */
async function answer(document: Uint8Array<ArrayBuffer>, heldNumber = 0) {
  try {
    return { list: described(await readCardList(document, pinned, heldNumber)) };
  } catch (error) {
    if (error instanceof UntrustedError) return { untrusted: error.rule };
    if (error instanceof MalformedError) return { malformed: error.layer };
    throw error;
  }
}

function described(list: CardList) {
  return {
    url: list.url,
    number: list.number,
    issued_at: list.issuedAt.toISOString(),
    expires_at: list.expiresAt.toISOString(),
    time_to_live_seconds: list.timeToLiveSeconds,
    salt: toHex(list.salt),
    passes: Object.fromEntries([...list.passes].map(([name, bytes]) => [name, toHex(bytes)])),
  };
}
