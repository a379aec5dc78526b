// Which passes are stopped, and which keys and areas are there: one signed, numbered document,
// an IETF Token Status List in CWT form with three claims of our own.
import { type Bytes, sha256, toHex } from "./bytes.js";
import {
  arrayOf,
  byteString,
  type Item,
  MalformedError,
  readFrom,
  textString,
  unsigned,
} from "./canonical.js";
import { readDocument, UntrustedError } from "./documents.js";
import { importIssuerKeys, type IssuerKeys } from "./issuer-keys.js";
import { decompress } from "./zlib.js";

const TYPE = "application/statuslist+cwt";
const LAYER = "status";
const MAX_BYTES = 2 ** 26 / 8;
const MAX_AREA = 127;
const NAME = textString([], 1, 2000);
// Claim 65533, a map of two whose first key is "lst"; "bits": 1; claim 65534.
const LIST = [0x19, 0xff, 0xfd, 0xa2, 0x63, 0x6c, 0x73, 0x74];
const ONE_BIT_EACH_AND_TTL = [0x64, 0x62, 0x69, 0x74, 0x73, 0x01, 0x19, 0xff, 0xfe];
// Private claims -70001 to -70003.
const [NUMBER, KEYS, AREAS] = [0x70, 0x71, 0x72].map((low) => [0x3a, 0x00, 0x01, 0x11, low]) as [
  number[],
  number[],
  number[],
];

const FIRST_CLAIMS = [
  textString([0xa8, 0x02], 1, 500),
  unsigned([0x04]),
  unsigned([0x06]),
  byteString(LIST, 1, MAX_BYTES),
  unsigned(ONE_BIT_EACH_AND_TTL),
  unsigned(NUMBER),
] as const;
const KEY = [byteString([0x82], 32, 32), unsigned()] as const;
const AREA = [unsigned([0x83], MAX_AREA), NAME, NAME] as const;

/** A live issuer key: its id and its 32 bytes in hexadecimal. */
export interface PublishedKey {
  readonly kid: string;
  readonly publicKey: string;
  readonly signsFrom: Date;
}

/** An area by its number, which is never given to another. */
export interface NamedArea {
  readonly number: number;
  readonly name: { readonly ja: string; readonly en: string };
}

export interface StatusListClaims {
  readonly url: string;
  readonly number: number;
  readonly issuedAt: Date;
  /** From here on it is no ground for a metered ride. */
  readonly expiresAt: Date;
  /** Fetch the next one this long after `issuedAt`. */
  readonly timeToLiveSeconds: number;
  readonly keys: readonly PublishedKey[];
  readonly areas: readonly NamedArea[];
  /** One bit for each pass id, lowest bit first. */
  readonly bits: Bytes;
}

export class StatusList implements StatusListClaims {
  readonly url: string;
  readonly number: number;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly timeToLiveSeconds: number;
  readonly keys: readonly PublishedKey[];
  readonly areas: readonly NamedArea[];
  readonly bits: Bytes;

  constructor(claims: StatusListClaims) {
    this.url = claims.url;
    this.number = claims.number;
    this.issuedAt = claims.issuedAt;
    this.expiresAt = claims.expiresAt;
    this.timeToLiveSeconds = claims.timeToLiveSeconds;
    this.keys = claims.keys;
    this.areas = claims.areas;
    this.bits = claims.bits;
  }

  /** Is this pass stopped? An id beyond the end is newer than this list, and not stopped. */
  isRevoked(passId: number): boolean {
    return ((this.bits[Math.floor(passId / 8)] ?? 0) & (1 << passId % 8)) !== 0;
  }

  /** The keys to verify passes with from now on, by key id: all others are gone. */
  issuerKeys(): Promise<IssuerKeys> {
    return importIssuerKeys(
      Object.fromEntries(this.keys.map(({ kid, publicKey }) => [kid, publicKey])),
    );
  }
}

/**
 * Reads a list that one of the keys held so far has signed; look at its age yourself.
 *
 * Rejects with MalformedError for any other bytes, and with UntrustedError (`status.kid`,
 * `status.signature`, `status.keys`, `status.number`) for a list not to be taken over: keep the
 * one that is held. `heldNumber` is that one's: numbers never go back.
 */
export async function readStatusList(
  data: Bytes,
  issuerKeys: IssuerKeys,
  heldNumber = 0,
): Promise<StatusList> {
  const { kid, payload, signature, toBeSigned } = readDocument(data, TYPE, LAYER);
  const key = issuerKeys.get(toHex(kid));
  if (!key) throw new UntrustedError("status.kid");
  if (!(await crypto.subtle.verify("Ed25519", key, signature, toBeSigned))) {
    throw new UntrustedError("status.signature");
  }
  const status = new StatusList(await readClaims(payload));
  if (!status.keys.some((published) => published.kid === toHex(kid))) {
    throw new UntrustedError("status.keys");
  }
  if (status.number < heldNumber) throw new UntrustedError("status.number");
  return status;
}

async function readClaims(payload: Bytes): Promise<StatusListClaims> {
  const [first, afterFirst] = readFrom(payload, 0, FIRST_CLAIMS, LAYER);
  const [url, expires, issued, compressed, timeToLiveSeconds, number] = first;
  const [keys, afterKeys] = readRows(payload, afterFirst, arrayOf(KEYS, 1, 23), KEY);
  const [areas, end] = readRows(payload, afterKeys, arrayOf(AREAS, 0, MAX_AREA + 1), AREA);
  if (end !== payload.length) {
    throw new MalformedError(LAYER, "cut short, or bytes after the end");
  }
  if (expires < issued) throw new MalformedError(LAYER, "it expires before it was issued");
  return {
    url,
    number,
    issuedAt: instant(issued),
    expiresAt: instant(expires),
    timeToLiveSeconds,
    keys: await Promise.all(keys.map(publishedKey)),
    areas: areas.map(([area, ja, en]) => ({ number: area, name: { ja, en } })),
    bits: await decompress(compressed, MAX_BYTES, LAYER),
  };
}

function readRows<const S extends readonly Item<unknown>[]>(
  data: Bytes,
  start: number,
  head: Item<number>,
  row: S,
) {
  const [[count], afterHead] = readFrom(data, start, [head] as const, LAYER);
  let at = afterHead;
  const rows = Array.from({ length: count }, () => {
    const [values, next] = readFrom(data, at, row, LAYER);
    at = next;
    return values;
  });
  return [rows, at] as const;
}

async function publishedKey([key, signsFrom]: readonly [Bytes, number]): Promise<PublishedKey> {
  const kid = toHex((await sha256(key)).slice(0, 8));
  return { kid, publicKey: toHex(key), signsFrom: instant(signsFrom) };
}

function instant(unixSeconds: number): Date {
  return new Date(unixSeconds * 1000);
}
