import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createDeviceKey,
  decodeCode,
  MemoryStore,
  StatusList,
  type VerifiedPass,
  verifyPass,
  Wallet,
} from "../src/pass/index.js";
import { makeIssuer, PASS_ID } from "./issuing.js";

const MORNING = new Date("2026-04-01T08:00:00Z");
const { issuerKeys, issue } = await makeIssuer();

async function walletWithPass(validFrom = MORNING, minutes = 1440) {
  const store = new MemoryStore();
  const wallet = new Wallet(store);
  const key = await createDeviceKey();
  await wallet.add(await issue(key.publicKey, validFrom, minutes), key);
  return { wallet, store, key };
}

function later(seconds: number): Date {
  return new Date(MORNING.getTime() + seconds * 1000);
}

async function shown(wallet: Wallet, now = MORNING): Promise<VerifiedPass> {
  const code = await wallet.present(now);
  assert.ok(code);
  const verified = await verifyPass(code.text, { issuerKeys, now });
  assert.equal(verified.result, "verified", JSON.stringify(verified));
  return verified as VerifiedPass;
}

test("a phone makes a key, gets a certificate and shows a code that verifies", async () => {
  const { wallet, key } = await walletWithPass();
  const verified = await shown(wallet, later(12.9));
  assert.equal(verified.unixSeconds, MORNING.getTime() / 1000 + 12);
  assert.deepEqual(verified.claims.deviceKey, key.publicKey);
});

test("the private key cannot be read, not even by this program", async () => {
  const { key } = await walletWithPass();
  assert.equal(key.privateKey.extractable, false);
  for (const format of ["jwk", "pkcs8"] as const) {
    await assert.rejects(crypto.subtle.exportKey(format, key.privateKey));
  }
});

test("every code shown has low s, though WebCrypto makes both kinds", async () => {
  const { wallet } = await walletWithPass();
  for (let round = 0; round < 40; round++) await shown(wallet, later(round));
});

test("the counter grows by one with every code, also in a new wallet on the same store", async () => {
  const { wallet, store } = await walletWithPass();
  assert.deepEqual([(await shown(wallet)).counter, (await shown(wallet)).counter], [1, 2]);
  assert.equal((await shown(new Wallet(store))).counter, 3);
});

test("adding the same certificate again does not start its counter anew", async () => {
  const { wallet, store, key } = await walletWithPass();
  await shown(wallet);
  const [held] = await store.list();
  await wallet.add(held!.certificate, key);
  assert.equal((await shown(wallet)).counter, 2);
});

test("codes asked for at the same moment never share a counter", async () => {
  const { wallet } = await walletWithPass();
  const all = await Promise.all(Array.from({ length: 20 }, () => wallet.present(MORNING)));
  const counters = all.map((code) => {
    const decoded = decodeCode(code!.text);
    assert.equal(decoded.result, "decoded");
    return decoded.result === "decoded" ? decoded.shown!.presentation.counter : -1;
  });
  assert.deepEqual(
    counters.sort((a, b) => a - b),
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
});

test("a metered ride is signed for that ride only", async () => {
  const { wallet } = await walletWithPass();
  const challenge = {
    operatorId: "tama-taxi",
    rideId: "0197a5c2-7d31-7c3e-9a40-2f1d6b8e4c55",
    amountMinor: 1480,
  };
  const code = await wallet.present(MORNING, challenge);
  const options = { issuerKeys, now: MORNING };
  const verified = await verifyPass(code!.text, { ...options, challenge });
  assert.equal(verified.result === "verified" && verified.challenge?.amountMinor, 1480);
  const dearer = { ...challenge, amountMinor: 1481 };
  const refused = await verifyPass(code!.text, { ...options, challenge: dearer });
  assert.equal(refused.result === "refused" && refused.reason, "challenge_mismatch");
});

test("nothing is shown before, after, or without a pass", async () => {
  const { wallet } = await walletWithPass(MORNING, 60);
  assert.equal(await wallet.present(later(-1)), null);
  assert.equal(await wallet.present(later(3600)), null);
  assert.equal(await wallet.find(later(3600)), null);
  assert.equal(await new Wallet(new MemoryStore()).present(MORNING), null);
});

test("of passes for several days the one of today is shown, and old ones are forgotten", async () => {
  const { wallet, store } = await walletWithPass(MORNING, 1440);
  const tomorrow = await createDeviceKey();
  await wallet.add(await issue(tomorrow.publicKey, later(86_400), 1440), tomorrow);
  assert.notDeepEqual((await shown(wallet)).claims.deviceKey, tomorrow.publicKey);
  assert.deepEqual((await shown(wallet, later(90_000))).claims.deviceKey, tomorrow.publicKey);
  await wallet.forgetExpired(later(90_000));
  assert.equal((await store.list()).length, 1);
  await wallet.clear();
  assert.equal((await store.list()).length, 0);
});

test("a certificate for another key is not kept", async () => {
  const { wallet, store } = await walletWithPass();
  const [mine, other] = [await createDeviceKey(), await createDeviceKey()];
  await assert.rejects(wallet.add(await issue(other.publicKey, MORNING, 60), mine), /another/);
  assert.equal((await store.list()).length, 1);
});

test("a counter of a pass that is not kept is an error", async () => {
  await assert.rejects(new MemoryStore().nextCounter("ab"), /no pass ab/);
});

test("a wallet forgets what a status list stops, or whose issuer key is gone", async () => {
  const status = (claims: { stopped: boolean; kid: string }) =>
    new StatusList({
      url: "u",
      number: 1,
      issuedAt: MORNING,
      expiresAt: later(86_400),
      timeToLiveSeconds: 300,
      keys: [{ kid: claims.kid, publicKey: "", signsFrom: MORNING }],
      areas: [],
      bits: Uint8Array.of(claims.stopped ? 1 << PASS_ID : 0),
    });
  const [kid] = [...issuerKeys.keys()];
  for (const [claims, forgotten] of [
    [{ stopped: false, kid: kid! }, 0],
    [{ stopped: true, kid: kid! }, 1],
    [{ stopped: false, kid: "0000000000000000" }, 1],
  ] as const) {
    const { wallet } = await walletWithPass();
    assert.equal(await wallet.forgetStopped(status(claims)), forgotten);
    assert.equal((await wallet.present(MORNING)) === null, forgotten === 1);
  }
});
