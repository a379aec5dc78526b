// A rider and a reader without network, ready to meet: keys, issuer and store made on the spot.
import assert from "node:assert/strict";
import {
  createDeviceKey,
  type Held,
  isSignedBy,
  MemoryReaderStore,
  MemoryStore,
  OfflineReader,
  type ReaderStore,
  readRecord,
  type Scan,
  StatusList,
  type VerifiedPass,
  Wallet,
} from "../src/index.js";
import { makeIssuer } from "./issuing.js";

export const MORNING = new Date("2026-04-01T08:00:00Z");
export const VALIDATOR = "0197a5c2-8e40-7f00-8a11-5b7c3d2e1f00";
export const BUS = { action: "tap_on", mode: "bus", areas: [], amountMinor: null } as const;
export const { issuerKeys, issue } = await makeIssuer();

export function later(minutes: number): Date {
  return new Date(MORNING.getTime() + minutes * 60_000);
}

/** A phone with a pass for a day from `MORNING` on. */
export async function makeRider(): Promise<Wallet> {
  const wallet = new Wallet(new MemoryStore());
  const key = await createDeviceKey();
  await wallet.add(await issue(key.publicKey, MORNING, 1440), key);
  return wallet;
}

/** What a reader holds that was online ten minutes ago; `stopped` pass ids are on its list. */
export function held(now: Date, ...stopped: readonly number[]): Held {
  const bits = new Uint8Array(8);
  for (const id of stopped) bits[id >> 3]! |= 1 << id % 8;
  const issuedAt = new Date(now.getTime() - 600_000);
  const list = new StatusList({
    url: "u",
    number: 1,
    issuedAt,
    expiresAt: new Date(issuedAt.getTime() + 86_400_000),
    timeToLiveSeconds: 300,
    keys: [],
    areas: [],
    bits,
  });
  return { issuerKeys, list, clockAgeSeconds: 600 };
}

export async function makeReader(store: ReaderStore = new MemoryReaderStore()) {
  const key = await createDeviceKey();
  const reader = new OfflineReader({ validatorId: VALIDATOR, privateKey: key.privateKey }, store);
  return {
    store,
    reader,
    /** The reason or the why of what the reader says to this rider's next code. */
    async meet(rider: Wallet, now: Date, scan: Partial<Scan> = {}, onlineKey: string | null = null) {
      const code = (await rider.present(now, scan.challenge ?? null))!.text;
      return this.read({ code, wanted: BUS, ...scan }, now, onlineKey);
    },
    async read(scan: Scan, now: Date, onlineKey: string | null = null) {
      const shown = await reader.check(scan, held(now), now);
      if (shown.result === "refused") return shown.reason;
      const answer = await reader.decide(scan, shown, held(now), now, onlineKey);
      return answer.result === "opened" ? answer.why : answer.reason;
    },
    /** What is kept, each signed by this reader. */
    async records() {
      const kept = await store.list("waiting", Infinity);
      for (const record of kept) assert.ok(await isSignedBy(record, key.publicKey));
      return kept.map(({ body }) => readRecord(body));
    },
  };
}

export function genuine(checked: { readonly result: string }): asserts checked is VerifiedPass {
  assert.equal(checked.result, "verified");
}
