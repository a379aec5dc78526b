// What a reader writes down and signs before it opens: the bytes of docs/offline-records.md.
import { areaBitmap, areasOf } from "../pass/areas.js";
import { type Bytes, concat } from "../pass/bytes.js";
import {
  byteString,
  MalformedError,
  MAX_INTEGER,
  read,
  textString,
  unsigned,
  writeArray,
  writeBytes,
  writeText,
  writeUnsigned,
} from "../pass/canonical.js";
import { decompressPoint, hasLowS, withLowS } from "../pass/p256.js";
import { ES256 } from "../pass/presentation.js";
import { uuidBytes, uuidText } from "../pass/uuid.js";
import type { Mode } from "../pass/verify.js";
import type { Action } from "./decide.js";

// So that this signature can never be taken for one of another protocol.
const DOMAIN = new TextEncoder().encode("TK1-R");
const LAYER = "record";
/** "Never": the reader's clock was not set since it was switched on. */
const NEVER = MAX_INTEGER;
const ACTIONS: readonly string[] = ["tap_on", "tap_off", "gate_in", "gate_out", "hold"];
const MODES: readonly string[] = ["bus", "rail", "taxi", "rideshare", "on_demand"];
const ONLINE_KEY = /^[A-Za-z0-9._:-]{8,120}$/;
const CONTROL = /[\u0000-\u001f\u007f]/;
const NAME = textString([], 0, 200);
const SHAPE = [
  byteString([0x90], 16, 16),
  unsigned(),
  textString([], 1, 480),
  textString([], 1, 20),
  textString([], 1, 20),
  unsigned(),
  unsigned(),
  unsigned(),
  unsigned([], 1),
  textString([], 1, 64),
  textString([], 0, 120),
  NAME,
  NAME,
  NAME,
  byteString([], 0, 16),
  unsigned(),
] as const;

/** One code at one reader, and what the reader did. Instants count in whole seconds. */
export interface OfflineRecord {
  readonly validatorId: string;
  /** From 1 on, one more each time. */
  readonly sequence: number;
  /** The scanned text, unchanged. */
  readonly code: string;
  readonly action: Action;
  readonly mode: Mode;
  /** By the reader's own clock. */
  readonly decidedAt: Date;
  /** Null without a status list. */
  readonly listIssuedAt: Date | null;
  /** Null if the clock was never set. */
  readonly clockAgeSeconds: number | null;
  readonly opened: boolean;
  /** `within_cap`, `leaving`, `online`, or a refusal's reason. */
  readonly why: string;
  /** The `Idempotency-Key` of the attempt to ask the server about this very code. */
  readonly onlineKey: string | null;
  readonly stopId: string | null;
  readonly routeId: string | null;
  readonly tripId: string | null;
  readonly areas: readonly number[];
  /** What the rider signed for a metered ride. */
  readonly amountMinor: number | null;
}

/** A record's bytes and its reader's signature (raw r||s, 64 bytes), as they are uploaded. */
export interface SignedRecord {
  readonly body: Bytes;
  readonly signature: Bytes;
}

/** Rejects with RangeError or MalformedError for a record that nobody would take. */
export async function signRecord(record: OfflineRecord, key: CryptoKey): Promise<SignedRecord> {
  const body = writeRecord(record);
  readRecord(body);
  const signature = await crypto.subtle.sign(ES256, key, concat(DOMAIN, body));
  return { body, signature: withLowS(new Uint8Array(signature)) };
}

/** Did this reader's key (33 bytes) sign exactly this record, in the one form allowed? */
export async function isSignedBy(
  { body, signature }: SignedRecord,
  publicKey: Bytes,
): Promise<boolean> {
  if (signature.length !== 64 || !hasLowS(signature)) return false;
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const point = decompressPoint(publicKey);
  const key = await crypto.subtle.importKey("raw", point, algorithm, false, ["verify"]);
  return crypto.subtle.verify(ES256, key, signature, concat(DOMAIN, body));
}

/** The canonical array of the sixteen items; what is not known is empty or zero. */
export function writeRecord(record: OfflineRecord): Bytes {
  return writeArray(
    writeBytes(uuidBytes(record.validatorId)),
    writeUnsigned(record.sequence),
    writeText(record.code),
    writeText(record.action),
    writeText(record.mode),
    writeUnsigned(unixSeconds(record.decidedAt)),
    writeUnsigned(record.listIssuedAt ? unixSeconds(record.listIssuedAt) : 0),
    writeUnsigned(record.clockAgeSeconds === null ? NEVER : Math.floor(record.clockAgeSeconds)),
    writeUnsigned(record.opened ? 1 : 0),
    writeText(record.why),
    writeText(record.onlineKey ?? ""),
    writeText(record.stopId ?? ""),
    writeText(record.routeId ?? ""),
    writeText(record.tripId ?? ""),
    writeBytes(areaBitmap(record.areas)),
    writeUnsigned(record.amountMinor ?? 0),
  );
}

/** Takes a record apart without trusting it; MalformedError for any other bytes. */
export function readRecord(body: Bytes): OfflineRecord {
  const [validator, sequence, code, action, mode, decided, ...rest] = read(body, SHAPE, LAYER);
  const [listIssued, clockAge, opened, why, onlineKey, stop, route, trip, areas, amount] = rest;
  if (sequence === 0) throw new MalformedError(LAYER, "sequence numbers begin at 1");
  if (areas.at(-1) === 0) throw new MalformedError(LAYER, "areas end in an empty byte");
  if (CONTROL.test(code + why + stop + route + trip)) {
    throw new MalformedError(LAYER, "a control character in a text");
  }
  if (onlineKey && !ONLINE_KEY.test(onlineKey)) {
    throw new MalformedError(LAYER, "online_key is no Idempotency-Key");
  }
  if (!ACTIONS.includes(action) || !MODES.includes(mode)) {
    throw new MalformedError(LAYER, `no such action or mode: ${action}, ${mode}`);
  }
  return {
    validatorId: uuidText(validator),
    sequence,
    code,
    action: action as Action,
    mode: mode as Mode,
    decidedAt: new Date(decided * 1000),
    listIssuedAt: listIssued ? new Date(listIssued * 1000) : null,
    clockAgeSeconds: clockAge === NEVER ? null : clockAge,
    opened: opened === 1,
    why,
    onlineKey: onlineKey || null,
    stopId: stop || null,
    routeId: route || null,
    tripId: trip || null,
    areas: [...areasOf(areas)],
    amountMinor: amount || null,
  };
}


function unixSeconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
