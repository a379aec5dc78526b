import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, present, toHex } from "../src/pass/index.js";
import { compressPoint, decompressPoint, hasLowS, withLowS } from "../src/pass/p256.js";
import { ES256, writeBody } from "../src/pass/presentation.js";
import { challengeOf, presentations } from "./vectors.js";

const compressed = fromHex(presentations.device_public_key);
const uncompressed = fromHex(presentations.device_public_key_uncompressed);

for (const vector of presentations.cases) {
  const { unix_seconds: unixSeconds, counter, body } = vector;
  const challenge = challengeOf(vector.challenge);

  test(`presentation body ${body}`, () => {
    assert.equal(toHex(writeBody({ unixSeconds, counter, challenge })), body);
  });

  test(`the signature of ${body} has one allowed form`, () => {
    const low = fromHex(vector.signature);
    const high = fromHex(vector.signature_high_s);
    assert.deepEqual([hasLowS(low), hasLowS(high)], [true, false]);
    assert.equal(toHex(withLowS(high)), vector.signature);
    assert.equal(toHex(withLowS(low)), vector.signature);
  });
}

test("a point fits in 33 bytes and comes back", () => {
  assert.equal(toHex(compressPoint(uncompressed)), presentations.device_public_key);
  assert.equal(toHex(decompressPoint(compressed)), presentations.device_public_key_uncompressed);
});

test("points of fresh keys come back, of either parity", async () => {
  const parities = new Set<number>();
  while (parities.size < 2) {
    const algorithm = { name: "ECDSA", namedCurve: "P-256" };
    const { publicKey } = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
    const point = new Uint8Array(await crypto.subtle.exportKey("raw", publicKey));
    const short = compressPoint(point);
    parities.add(short[0]!);
    assert.equal(toHex(decompressPoint(short)), toHex(point));
  }
});

for (const [name, bytes] of Object.entries({
  "an x without a point": `02${"00".repeat(31)}01`,
  "an x beyond the field": `02${"ff".repeat(32)}`,
  "another prefix": `04${presentations.device_public_key.slice(2)}`,
  "32 bytes": presentations.device_public_key.slice(0, -2),
})) {
  test(`${name} is no compressed point`, () => {
    assert.throws(() => decompressPoint(fromHex(bytes)), RangeError);
  });
}

test("what no reader would take is not shown", async () => {
  const { privateKey } = await crypto.subtle.generateKey(
    { name: "ECDSA", namedCurve: "P-256" },
    false,
    ["sign", "verify"],
  );
  const certificate = fromHex(presentations.certificate);
  const ride = { operatorId: "tama-taxi", rideId: "0197a5c2-7d31-7c3e-9a40-2f1d6b8e4c55" };
  for (const [seconds, counter, challenge] of [
    [-1, 0, null],
    [2 ** 32, 0, null],
    [1.5, 0, null],
    [0, Number.NaN, null],
    [0, 0, { ...ride, amountMinor: -1 }],
    [0, 0, { ...ride, amountMinor: 0, operatorId: "" }],
    [0, 0, { ...ride, amountMinor: 0, operatorId: "o".repeat(33) }],
    [0, 0, { ...ride, amountMinor: 0, rideId: "ride-42" }],
    [0, 0, { ...ride, amountMinor: 0, rideId: ride.rideId.toUpperCase() }],
  ] as const) {
    await assert.rejects(present(certificate, privateKey, seconds, counter, challenge));
  }
});

test("WebCrypto agrees with the vectors' signatures", async () => {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("raw", uncompressed, algorithm, false, ["verify"]);
  const certificate = fromHex(presentations.certificate);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", certificate));
  for (const { body, signature, signature_high_s: twin } of presentations.cases) {
    const message = Buffer.concat([Buffer.from("TK1-P"), hash, fromHex(body)]);
    // Both verify: that is why a reader must refuse one of them itself.
    assert.equal(await crypto.subtle.verify(ES256, key, fromHex(signature), message), true);
    assert.equal(await crypto.subtle.verify(ES256, key, fromHex(twin), message), true);
  }
});
