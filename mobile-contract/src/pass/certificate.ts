// What the issuer signed: who may ride what, for how long, and which device key may show it.
import { areasOf } from "./areas.js";
import type { Bytes } from "./bytes.js";
import {
  byteString,
  constant,
  type Item,
  read,
  unsigned,
  writeArray,
  writeBytes,
  writeText,
} from "./canonical.js";
import { concat } from "./bytes.js";

const MINUTE_MS = 60_000;
const KEY_ID_BYTES = 8;
const MAX_PAYLOAD_BYTES = 255;
const SIGNATURE_BYTES = 64;

// The only header allowed: algorithm -19 (Ed25519, RFC 9864), and a key id of 8 bytes.
const HEADER_START = [0xa2, 0x01, 0x32, 0x04, 0x48];
const SIGN1_SHAPE = [
  byteString([0x84, 0x4d, ...HEADER_START.slice(0, -1)], KEY_ID_BYTES, KEY_ID_BYTES),
  byteString([0xa0], 1, MAX_PAYLOAD_BYTES),
  byteString([], SIGNATURE_BYTES, SIGNATURE_BYTES),
] as const;

const KEYLESS_MAP = 0xa8;
const CARD = 2;
const SHARED_SHAPE = [
  unsigned([0x04], 2 ** 16 - 1),
  byteString([0x05], 0, 16),
  unsigned([0x06], 255),
  unsigned([0x07, 0x82]),
  unsigned(),
] as const;
const PHONE_SHAPE = [
  ...start(0xa9, 1440),
  ...SHARED_SHAPE,
  byteString([0x08], 33, 33),
  constant([0x09], 0),
] as const;
const PAPER_SHAPE = [
  ...start(KEYLESS_MAP, 35 * 1440),
  ...SHARED_SHAPE,
  constant([0x09], 1),
] as const;
const CARD_SHAPE = [
  ...start(KEYLESS_MAP, 1440),
  ...SHARED_SHAPE,
  constant([0x09], CARD),
] as const;

function start(map: number, longestMinutes: number) {
  return [
    unsigned([map, 0x01]),
    unsigned([0x02], 2 ** 31 - 1),
    unsigned([0x03], longestMinutes),
  ] as const satisfies readonly Item<number>[];
}

export interface PassClaims {
  /** A random index into the status list, new for every certificate. */
  readonly passId: number;
  readonly validFrom: Date;
  /** The first instant at which the pass is no longer valid. */
  readonly validUntil: Date;
  /** Bus 1, rail 2, taxi 4, rideshare 8, on-demand 16; bits may be added. */
  readonly modes: number;
  readonly areas: ReadonlySet<number>;
  readonly riderCategory: number;
  readonly offlineCaps: { readonly rides: number; readonly amountMinor: number };
  /** Compressed P-256, 33 bytes; null on paper and for a card. */
  readonly deviceKey: Bytes | null;
  /** That of a card is in readers' lists alone, never shown. */
  readonly medium: "phone" | "paper" | "card";
}

export interface Certificate {
  readonly claims: PassClaims;
  readonly kid: Bytes;
  readonly signature: Bytes;
  /** What the issuer's signature is over (RFC 9052, section 4.4). */
  readonly toBeSigned: Bytes;
}

/** Takes a certificate apart without trusting it; MalformedError for any other bytes. */
export function readCertificate(data: Bytes): Certificate {
  const [kid, payload, signature] = read(data, SIGN1_SHAPE, "certificate");
  const toBeSigned = writeArray(
    writeText("Signature1"),
    writeBytes(concat(Uint8Array.from(HEADER_START), kid)),
    writeBytes(new Uint8Array()),
    writeBytes(payload),
  );
  return { claims: readClaims(payload), kid, signature, toBeSigned };
}

function readClaims(payload: Bytes): PassClaims {
  if (payload[0] === KEYLESS_MAP) {
    const isCard = payload.at(-2) === 0x09 && payload.at(-1) === CARD;
    const values = read(payload, isCard ? CARD_SHAPE : PAPER_SHAPE, "certificate.claims");
    return { ...sharedClaims(values), deviceKey: null, medium: isCard ? "card" : "paper" };
  }
  const values = read(payload, PHONE_SHAPE, "certificate.claims");
  return { ...sharedClaims(values), deviceKey: values[8], medium: "phone" };
}

type SharedValues = readonly [
  passId: number,
  fromMinutes: number,
  minutes: number,
  modes: number,
  areas: Bytes,
  riderCategory: number,
  rides: number,
  amountMinor: number,
  ...rest: readonly unknown[],
];

function sharedClaims(values: SharedValues) {
  const [passId, fromMinutes, minutes, modes, areas, riderCategory, rides, amountMinor] = values;
  return {
    passId,
    validFrom: new Date(fromMinutes * MINUTE_MS),
    validUntil: new Date((fromMinutes + minutes) * MINUTE_MS),
    modes,
    areas: areasOf(areas),
    riderCategory,
    offlineCaps: { rides, amountMinor },
  };
}
