import assert from "node:assert/strict";
import { test } from "node:test";
import { createDeviceKey, fromHex, signPassRequest, toHex } from "../src/pass/index.js";
import { hasLowS } from "../src/pass/p256.js";
import { ES256 } from "../src/pass/presentation.js";
import { enrolment } from "./vectors.js";

const message = fromHex(enrolment.message);
const keys = enrolment.device_public_keys.map(fromHex);
const algorithm = { name: "ECDSA", namedCurve: "P-256" };

test("the published signature is over the message", async () => {
  const point = fromHex(enrolment.phone_public_key_uncompressed);
  const key = await crypto.subtle.importKey("raw", point, algorithm, false, ["verify"]);
  assert.ok(await crypto.subtle.verify(ES256, key, fromHex(enrolment.signature), message));
});

test("a phone signs exactly the message, with the lower s", async () => {
  const pair = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
  for (let round = 0; round < 8; round++) {
    const signature = await signPassRequest(keys, pair.privateKey);
    assert.ok(hasLowS(signature), toHex(signature));
    assert.ok(await crypto.subtle.verify(ES256, pair.publicKey, signature, message));
  }
});

test("a phone's own key signs requests as one for a certificate signs codes", async () => {
  const { privateKey, publicKey } = await createDeviceKey();
  assert.equal((await signPassRequest([publicKey], privateKey)).length, 64);
});
