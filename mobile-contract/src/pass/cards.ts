// IC cards: what a reader calls one by, and the signed list by which it knows them offline.
import { type Bytes, concat, sha256, toHex } from "./bytes.js";
import { arrayOf, byteString, MalformedError, readFrom, textString, unsigned } from "./canonical.js";
import { codeWithoutDevice } from "./code.js";
import { readDocument, UntrustedError } from "./documents.js";
import type { IssuerKeys } from "./issuer-keys.js";

const TYPE = "application/vnd.teiki.card-list+cbor";
const LAYER = "cards";
const DOMAIN = new TextEncoder().encode("TK1-C");
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const NAME_BYTES = 16;
const MAX_CARDS = 50_000;
const MAX_NUMBER_BYTES = 32;
const MAX_CERTIFICATE_BYTES = 300;
// Private claims -70001, -70004 and -70005.
const [NUMBER, SALT, CARDS] = [0x70, 0x73, 0x74].map((low) => [0x3a, 0x00, 0x01, 0x11, low]) as [
  number[],
  number[],
  number[],
];
const CLAIMS = [
  textString([0xa7, 0x02], 1, 500),
  unsigned([0x04]),
  unsigned([0x06]),
  unsigned([0x19, 0xff, 0xfe]),
  unsigned(NUMBER),
  byteString(SALT, SALT_BYTES, SALT_BYTES),
  arrayOf(CARDS, 0, MAX_CARDS),
] as const;
const CARD = [
  byteString([0x82], NAME_BYTES, NAME_BYTES),
  byteString([], 1, MAX_CERTIFICATE_BYTES),
] as const;

/**
 * What a card is called by everywhere but in its reader: 32 bytes. `number` is the card's own as
 * the reader gets it: the 8 bytes of a FeliCa IDm, or the 4, 7 or 10 of an ISO/IEC 14443 UID.
 */
export async function cardReference(cardKey: Bytes, number: Bytes): Promise<Bytes> {
  if (cardKey.length !== KEY_BYTES || number.length < 1 || number.length > MAX_NUMBER_BYTES) {
    throw new RangeError("a card key has 32 bytes, a card number 1 to 32");
  }
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", cardKey, algorithm, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, concat(DOMAIN, number)));
}

export interface CardListClaims {
  readonly url: string;
  readonly number: number;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  /** Fetch the next one this long after `issuedAt`. */
  readonly timeToLiveSeconds: number;
  readonly salt: Bytes;
  /** Certificates by the card's name in this list, in hexadecimal. */
  readonly passes: ReadonlyMap<string, Bytes>;
}

/** The cards that a reader may let on without asking. */
export class CardList implements CardListClaims {
  readonly url: string;
  readonly number: number;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly timeToLiveSeconds: number;
  readonly salt: Bytes;
  readonly passes: ReadonlyMap<string, Bytes>;

  constructor(claims: CardListClaims) {
    this.url = claims.url;
    this.number = claims.number;
    this.issuedAt = claims.issuedAt;
    this.expiresAt = claims.expiresAt;
    this.timeToLiveSeconds = claims.timeToLiveSeconds;
    this.salt = claims.salt;
    this.passes = claims.passes;
  }

  /** The code that stands for a card, to be checked with `ofCard`; null if the card has none. */
  async findCode(reference: Bytes): Promise<string | null> {
    const hashed = await sha256(concat(this.salt, await sha256(reference)));
    const certificate = this.passes.get(toHex(hashed.slice(0, NAME_BYTES)));
    return certificate ? codeWithoutDevice(certificate) : null;
  }
}

/**
 * Reads a list that one of the issuer's keys has signed; look at its age yourself. Rejects with
 * MalformedError for any other bytes, and with UntrustedError (`cards.kid`, `cards.signature`,
 * `cards.number`) for a list not to be taken over: keep the one that is held.
 */
export async function readCardList(
  data: Bytes,
  issuerKeys: IssuerKeys,
  heldNumber = 0,
): Promise<CardList> {
  const { kid, payload, signature, toBeSigned } = readDocument(data, TYPE, LAYER);
  const key = issuerKeys.get(toHex(kid));
  if (!key) throw new UntrustedError("cards.kid");
  if (!(await crypto.subtle.verify("Ed25519", key, signature, toBeSigned))) {
    throw new UntrustedError("cards.signature");
  }
  const list = new CardList(readClaims(payload));
  if (list.number < heldNumber) throw new UntrustedError("cards.number");
  return list;
}

function readClaims(payload: Bytes): CardListClaims {
  const [first, afterFirst] = readFrom(payload, 0, CLAIMS, LAYER);
  const [url, expires, issued, timeToLiveSeconds, number, salt, count] = first;
  const passes = new Map<string, Bytes>();
  let at = afterFirst;
  let last = "";
  for (let card = 0; card < count; card++) {
    const [[nameBytes, certificate], next] = readFrom(payload, at, CARD, LAYER);
    const name = toHex(nameBytes);
    if (name <= last) {
      throw new MalformedError(LAYER, "the cards are not in order, or one comes twice");
    }
    passes.set(name, certificate);
    last = name;
    at = next;
  }
  if (at !== payload.length) throw new MalformedError(LAYER, "cut short, or bytes after the end");
  if (expires < issued) throw new MalformedError(LAYER, "it expires before it was issued");
  return {
    url,
    number,
    issuedAt: new Date(issued * 1000),
    expiresAt: new Date(expires * 1000),
    timeToLiveSeconds,
    salt,
    passes,
  };
}
