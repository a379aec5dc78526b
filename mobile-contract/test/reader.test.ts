import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryReaderStore } from "../src/index.js";
import { PASS_ID } from "./issuing.js";
import { BUS, genuine, held, later, makeReader, makeRider, MORNING, VALIDATOR } from "./reading.js";

const TAXI = { action: "hold", mode: "taxi", areas: [0], amountMinor: 2900 } as const;
const CHALLENGE = {
  operatorId: "tama-taxi",
  rideId: "0197a5c2-7d31-7c3e-9a40-2f1d6b8e4c55",
  amountMinor: 2900,
};

test("a rider is let in once a code and four times in all, and every ride is on record", async () => {
  const reader = await makeReader();
  const rider = await makeRider();
  const code = (await rider.present(MORNING))!.text;
  const scan = { code, wanted: BUS, stopId: "1204", routeId: "kita-2" };
  assert.equal(await reader.read(scan, MORNING, "key-of-the-attempt"), "within_cap");
  assert.equal(await reader.read(scan, MORNING), "code_already_used");
  assert.equal(await reader.meet(rider, later(2)), "pass_back");
  for (const minutes of [4, 8, 12]) {
    assert.equal(await reader.meet(rider, later(minutes)), "within_cap");
  }
  assert.equal(await reader.meet(rider, later(16)), "over_offline_cap");
  assert.equal(await reader.meet(await makeRider(), later(16)), "within_cap");

  const [first, ...kept] = await reader.records();
  assert.deepEqual(first, {
    validatorId: VALIDATOR,
    sequence: 1,
    code,
    action: "tap_on",
    mode: "bus",
    decidedAt: MORNING,
    listIssuedAt: later(-10),
    clockAgeSeconds: 600,
    opened: true,
    why: "within_cap",
    onlineKey: "key-of-the-attempt",
    stopId: "1204",
    routeId: "kita-2",
    tripId: null,
    areas: [],
    amountMinor: null,
  });
  assert.deepEqual(
    kept.map(({ sequence, opened, why }) => [sequence, opened, why]),
    [
      [2, true, "within_cap"],
      [3, true, "within_cap"],
      [4, true, "within_cap"],
      [5, false, "over_offline_cap"],
      [6, true, "within_cap"],
    ],
  );
});

test("what the server granted counts for the next code, not for the cap", async () => {
  const reader = await makeReader();
  const rider = await makeRider();
  for (const minutes of [0, 4, 8, 12, 16]) {
    const now = later(minutes);
    const scan = { code: (await rider.present(now))!.text, wanted: BUS };
    const shown = await reader.reader.check(scan, held(now), now);
    genuine(shown);
    await reader.reader.noteOnline(scan, shown, held(now), now, `attempt-${minutes}`);
    assert.equal(await reader.read(scan, now), "code_already_used");
  }
  assert.equal(await reader.meet(rider, later(17)), "pass_back");
  assert.equal(await reader.meet(rider, later(20)), "within_cap");
  const whys = (await reader.records()).map(({ why, onlineKey }) => [why, onlineKey]);
  assert.deepEqual(whys[0], ["online", "attempt-0"]);
  assert.deepEqual(whys[5], ["within_cap", null]);
});

test("what is foreseen is kept nowhere", async () => {
  const reader = await makeReader();
  const rider = await makeRider();
  const scan = { code: (await rider.present(MORNING))!.text, wanted: BUS };
  const shown = await reader.reader.check(scan, held(MORNING), MORNING);
  genuine(shown);
  const answer = await reader.reader.foresee(scan, shown, held(MORNING), MORNING);
  assert.equal(answer.result, "opened");
  assert.deepEqual(await reader.records(), []);
  assert.equal(await reader.read(scan, MORNING), "within_cap");
});

test("a stopped pass, a forged one and one for elsewhere are refused, and keep nothing", async () => {
  const reader = await makeReader();
  const rider = await makeRider();
  const scan = { code: (await rider.present(MORNING))!.text, wanted: BUS };
  const stopped = await reader.reader.check(scan, held(MORNING, PASS_ID), MORNING);
  assert.equal(stopped.result === "refused" && stopped.reason, "pass_revoked");
  assert.equal(await reader.read({ ...scan, code: scan.code.slice(0, -3) }, MORNING), "malformed_code");
  assert.equal(await reader.read(scan, later(1)), "code_too_old");
  const elsewhere = { ...scan, wanted: { ...BUS, areas: [1] } };
  assert.equal(await reader.read(elsewhere, MORNING), "area_not_covered");
  assert.deepEqual(await reader.records(), []);
});

test("a taxi takes the price that the rider's phone has signed, once", async () => {
  const reader = await makeReader();
  const rider = await makeRider();
  assert.equal(await reader.meet(rider, MORNING, { wanted: TAXI, challenge: CHALLENGE }), "within_cap");
  const code = (await rider.present(later(4)))!.text;
  const unsigned = { code, wanted: TAXI, challenge: CHALLENGE };
  assert.equal(await reader.read(unsigned, later(4)), "challenge_missing");
  const again = { ...CHALLENGE, rideId: "0197a5c2-7d31-7c3e-9a40-2f1d6b8e4c56" };
  const second = await reader.meet(rider, later(60), { wanted: TAXI, challenge: again });
  assert.equal(second, "over_offline_cap");
  const [record] = await reader.records();
  assert.deepEqual([record!.amountMinor, record!.areas], [2900, [0]]);
});

test("codes read at one moment get numbers of their own, and a rider one ride", async () => {
  const reader = await makeReader();
  const riders = await Promise.all(Array.from({ length: 10 }, makeRider));
  const answers = await Promise.all(riders.map((rider) => reader.meet(rider, MORNING)));
  assert.deepEqual(new Set(answers), new Set(["within_cap"]));
  const sequences = (await reader.records()).map(({ sequence }) => sequence);
  assert.deepEqual(sequences, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);

  const rider = await makeRider();
  const scans = await Promise.all([0, 1, 2].map(() => reader.meet(rider, MORNING)));
  assert.deepEqual(scans.sort(), ["pass_back", "pass_back", "within_cap"]);
});

test("nobody is let in when nothing can be kept", async () => {
  class FullStore extends MemoryReaderStore {
    override async append(): Promise<boolean> {
      throw new DOMException("full", "QuotaExceededError");
    }
  }
  const reader = await makeReader(new FullStore());
  await assert.rejects(reader.meet(await makeRider(), MORNING), { name: "QuotaExceededError" });
});

test("another reader object on the same store goes on where the first one left off", async () => {
  const store = new MemoryReaderStore();
  const rider = await makeRider();
  assert.equal(await (await makeReader(store)).meet(rider, MORNING), "within_cap");
  assert.equal(await (await makeReader(store)).meet(rider, later(1)), "pass_back");
  assert.equal((await store.read(VALIDATOR, "none")).lastSequence, 1);
});
