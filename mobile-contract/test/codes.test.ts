import assert from "node:assert/strict";
import { test } from "node:test";
import * as base45 from "../src/pass/base45.js";
import {
  CertificateCache,
  fromHex,
  importIssuerKeys,
  PASS_REASONS,
  type Refused,
  refuseUncovered,
  toHex,
  type VerifiedPass,
  verifyPass,
} from "../src/pass/index.js";
import { base45 as texts, challengeOf, type CodeCase, codes } from "./vectors.js";

const issuerKeys = await importIssuerKeys(codes.issuer_keys);
// The passing of time between cases must not matter, so they share one cache.
const shared = new CertificateCache();

for (const { hex, text } of texts.good) {
  test(`base45: ${JSON.stringify(text)}`, () => {
    assert.equal(base45.encode(fromHex(hex)), text);
    assert.equal(toHex(base45.decode(text)), hex);
  });
}

for (const { text, why } of texts.bad) {
  test(`base45: ${JSON.stringify(text)} is refused, ${why}`, () => {
    assert.throws(() => base45.decode(text), RangeError);
  });
}

for (const vector of codes.cases) {
  test(`${vector.name}`, async () => {
    const expected = vector.refused ? { refused: vector.refused } : { verified: vector.verified };
    assert.deepEqual(described(await answer(vector)), expected);
    assert.deepEqual(described(await answer(vector, shared)), expected);
  });
}

test("every reason of the vectors is known, and every known one occurs", () => {
  const used = new Set(codes.cases.flatMap(({ refused }) => (refused ? [refused.reason] : [])));
  assert.deepEqual([...used].sort(), [...PASS_REASONS].sort());
});

test("any changed byte of a code fails", async () => {
  const { code, now } = codes.cases.find(({ name }) => name === "phone pass, this second")!;
  const data = base45.decode(code.slice(4));
  for (let at = 0; at < data.length; at++) {
    const changed = data.slice();
    changed[at]! ^= 1 << at % 8;
    const text = `TK1:${base45.encode(changed)}`;
    const { result } = await verifyPass(text, { issuerKeys, now: new Date(now), cache: shared });
    assert.equal(result, "refused", `byte ${at}`);
  }
});

test("dropping an issuer key takes its cached certificates with it", async () => {
  const { code, now } = codes.cases[0]!;
  const cache = new CertificateCache();
  const options = { issuerKeys, now: new Date(now), cache };
  assert.equal((await verifyPass(code, options)).result, "verified");
  const none = await verifyPass(code, { ...options, issuerKeys: new Map() });
  assert.deepEqual(none, {
    result: "refused",
    reason: "unknown_issuer_key",
    rule: "certificate.kid",
  });
});

test("a full cache forgets what was unused for longest", async () => {
  const genuine = codes.cases.filter((each) => each.verified && !each.challenge);
  const cache = new CertificateCache(1);
  for (const each of genuine) await answer(each, cache);
  assert.equal(cache.size, 1);
  assert.throws(() => new CertificateCache(0), RangeError);
});

async function answer(vector: CodeCase, cache?: CertificateCache): Promise<VerifiedPass | Refused> {
  const verified = await verifyPass(vector.code, {
    issuerKeys,
    now: new Date(vector.now),
    challenge: challengeOf(vector.challenge),
    ...(cache ? { cache } : {}),
  });
  if (verified.result === "refused" || !vector.ride) return verified;
  return refuseUncovered(verified.claims, vector.ride.mode, vector.ride.areas) ?? verified;
}

/** An answer in the words of the vectors. */
function described(answer: VerifiedPass | Refused) {
  if (answer.result === "refused") {
    return { refused: { reason: answer.reason, rule: answer.rule } };
  }
  const { claims } = answer;
  return {
    verified: {
      pass_id: claims.passId,
      valid_from_at: claims.validFrom.toISOString(),
      valid_until_at: claims.validUntil.toISOString(),
      modes: claims.modes,
      areas: [...claims.areas],
      rider_category: claims.riderCategory,
      offline_caps: [claims.offlineCaps.rides, claims.offlineCaps.amountMinor],
      device_key: claims.deviceKey ? toHex(claims.deviceKey) : null,
      medium: claims.medium === "paper" ? 1 : 0,
      certificate_hash: answer.certificateHash,
      kid: answer.kid,
      unix_seconds: answer.unixSeconds,
      counter: answer.counter,
    },
  };
}
