// What the issuer signs for readers: a tagged COSE_Sign1 with Ed25519 and a stated type.
import { type Bytes, concat } from "./bytes.js";
import { byteString, read, writeArray, writeBytes, writeText } from "./canonical.js";

const TAG = 0xd2;
const KID_BYTES = 8;
const MAX_PAYLOAD_BYTES = 2 ** 24;
// A map of three: algorithm -19 (Ed25519), the key id, and under 16 the type (RFC 9596).
const HEADER_START = [0xa3, 0x01, 0x32, 0x04];

/** The document is well formed and still no ground to act on; `rule` names what it fails. */
export class UntrustedError extends Error {
  readonly rule: string;

  constructor(rule: string) {
    super(rule);
    this.name = "UntrustedError";
    this.rule = rule;
  }
}

export interface SignedDocument {
  readonly kid: Bytes;
  readonly payload: Bytes;
  readonly signature: Bytes;
  /** What the issuer's signature is over (RFC 9052, section 4.4). */
  readonly toBeSigned: Bytes;
}

/** Takes a document of this type apart without trusting it; MalformedError for anything else. */
export function readDocument(data: Bytes, type: string, layer: string): SignedDocument {
  const typeEntry = concat(Uint8Array.of(0x10), writeText(type));
  const start = Uint8Array.from(HEADER_START);
  const protectedHeader = (kid: Bytes) => concat(start, writeBytes(kid), typeEntry);
  const head = writeBytes(protectedHeader(new Uint8Array(KID_BYTES)));
  const beforeKid = head.slice(0, head.length - typeEntry.length - KID_BYTES - 1);
  const [kid, payload, signature] = read(
    data,
    [
      byteString([TAG, 0x84, ...beforeKid], KID_BYTES, KID_BYTES),
      byteString([...typeEntry, 0xa0], 1, MAX_PAYLOAD_BYTES),
      byteString([], 64, 64),
    ] as const,
    layer,
  );
  const toBeSigned = writeArray(
    writeText("Signature1"),
    writeBytes(protectedHeader(kid)),
    writeBytes(new Uint8Array()),
    writeBytes(payload),
  );
  return { kid, payload, signature, toBeSigned };
}
