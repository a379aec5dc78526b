import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createDeviceKey,
  decideOffline,
  fromHex,
  isSignedBy,
  MalformedError,
  type OfflineRecord,
  OFFLINE_REASONS,
  PASS_REASONS,
  readRecord,
  REFUSALS,
  signRecord,
  toHex,
  writeRecord,
} from "../src/index.js";
import { type DecisionCase, offlineRecords, type RecordCase } from "./vectors.js";

const readerKey = fromHex(offlineRecords.validator_public_key);
const otherKey = fromHex(offlineRecords.other_public_key);

for (const vector of offlineRecords.records) {
  test(`record: ${vector.name}`, async () => {
    const record = recordOf(vector);
    const body = fromHex(vector.body);
    assert.equal(toHex(writeRecord(record)), vector.body);
    assert.deepEqual(readRecord(body), record);
    const signed = { body, signature: fromHex(vector.signature) };
    assert.equal(await isSignedBy(signed, readerKey), true);
    assert.equal(await isSignedBy(signed, otherKey), false);
    const twin = { body, signature: fromHex(vector.signature_high_s) };
    assert.equal(await isSignedBy(twin, readerKey), false);
    assert.equal(await isSignedBy({ body, signature: signed.signature.slice(1) }, readerKey), false);
  });
}

for (const { name, body, signature } of offlineRecords.bad_records) {
  test(`no record, though truly signed: ${name}`, async () => {
    assert.throws(() => readRecord(fromHex(body)), MalformedError);
    const signed = { body: fromHex(body), signature: fromHex(signature) };
    assert.equal(await isSignedBy(signed, readerKey), true);
  });
}

test("any changed byte of a record is another record, or none", async () => {
  const { body, signature } = offlineRecords.records[0]!;
  for (let at = 0; at < body.length / 2; at++) {
    const changed = fromHex(body);
    changed[at]! ^= 1 << at % 8;
    assert.equal(await isSignedBy({ body: changed, signature: fromHex(signature) }, readerKey), false);
  }
});

test("a record is signed with low s, though WebCrypto makes both kinds", async () => {
  const key = await createDeviceKey();
  const record = recordOf(offlineRecords.records[0]!);
  for (let sequence = 1; sequence <= 40; sequence++) {
    const signed = await signRecord({ ...record, sequence }, key.privateKey);
    assert.equal(await isSignedBy(signed, key.publicKey), true, `record ${sequence}`);
    assert.equal(readRecord(signed.body).sequence, sequence);
  }
});

test("a record that nobody would take is not signed", async () => {
  const { privateKey } = await createDeviceKey();
  const good = recordOf(offlineRecords.records[0]!);
  const bad: Partial<OfflineRecord>[] = [
    { validatorId: good.validatorId.toUpperCase() },
    { sequence: 0 },
    { sequence: 2 ** 32 },
    { code: "" },
    { code: `TK1:${"0".repeat(477)}` },
    { decidedAt: new Date(Number.NaN) },
    { why: "" },
    { onlineKey: "a/b/c/d/e" },
    { stopId: "line\nbreak" },
    { tripId: "便".repeat(67) },
    { areas: [128] },
    { areas: [0.5] },
    { amountMinor: -1 },
  ];
  for (const change of bad) {
    await assert.rejects(signRecord({ ...good, ...change }, privateKey), JSON.stringify(change));
  }
});

for (const vector of offlineRecords.decisions) {
  test(`decision: ${vector.name}`, () => {
    const { opened, refused } = vector;
    assert.deepEqual(decided(vector), opened ? { opened } : { refused });
  });
}

test("the vectors have every reason that only a reader without network gives", () => {
  const used = offlineRecords.decisions.flatMap(({ refused }) => (refused ? [refused.reason] : []));
  for (const reason of OFFLINE_REASONS) assert.ok(used.includes(reason), reason);
});

test("there are words for whatever a reader refuses by itself", () => {
  for (const reason of [...PASS_REASONS, ...OFFLINE_REASONS]) {
    assert.ok(REFUSALS[reason]?.ja && REFUSALS[reason].en, reason);
  }
});

function recordOf(vector: RecordCase): OfflineRecord {
  return {
    validatorId: vector.validator_id,
    sequence: vector.sequence,
    code: vector.code,
    action: vector.action,
    mode: vector.mode,
    decidedAt: instant(vector.decided_at),
    listIssuedAt: vector.list_issued_at === null ? null : instant(vector.list_issued_at),
    clockAgeSeconds: vector.clock_age,
    opened: vector.opened,
    why: vector.why,
    onlineKey: vector.online_key,
    stopId: vector.stop_id,
    routeId: vector.route_id,
    tripId: vector.trip_id,
    areas: vector.areas,
    amountMinor: vector.amount_minor,
  };
}

/** An answer in the words of the vectors. */
function decided({ now, certificate, counter, wanted, known, past }: DecisionCase) {
  const { modes, areas, offline_caps: [rides, amountMinor] } = certificate;
  const answer = decideOffline(
    { claims: { modes, areas: new Set(areas), offlineCaps: { rides, amountMinor } }, counter },
    { action: wanted.action, mode: wanted.mode, areas: wanted.areas, amountMinor: wanted.amount_minor },
    {
      revoked: known.revoked,
      listIssuedAt: known.list_issued_at === null ? null : instant(known.list_issued_at),
      clockAgeSeconds: known.clock_age,
    },
    past.map(({ at, ...ride }) => ({ ...ride, at: instant(at) })),
    instant(now),
  );
  if (answer.result === "refused") return { refused: { reason: answer.reason, rule: answer.rule } };
  return { opened: { why: answer.why, flags: [...answer.flags] } };
}

function instant(unixSeconds: number): Date {
  return new Date(unixSeconds * 1000);
}
