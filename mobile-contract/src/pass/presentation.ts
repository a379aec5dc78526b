// What the device signs anew every few seconds, so that a copied code dies within a minute.
import { type Bytes, concat, sha256 } from "./bytes.js";
import {
  byteString,
  read,
  textString,
  unsigned,
  writeArray,
  writeBytes,
  writeText,
  writeUnsigned,
} from "./canonical.js";
import { withLowS } from "./p256.js";
import { uuidBytes, uuidText } from "./uuid.js";

export const ES256 = { name: "ECDSA", hash: "SHA-256" } as const;

// So that this signature can never be taken for one of another protocol.
const DOMAIN = new TextEncoder().encode("TK1-P");
const PLAIN_SHAPE = [unsigned([0x82]), unsigned()] as const;
const CHALLENGED_ARRAY = 0x83;
const CHALLENGED_SHAPE = [
  unsigned([CHALLENGED_ARRAY]),
  unsigned(),
  textString([0x83], 1, 32),
  byteString([], 16, 16),
  unsigned(),
] as const;

/**
 * The metered ride that a rider agrees to: no such signature, no claim by the operator.
 * `rideId` is the authorization's UUID in its usual text; the code carries its 16 bytes.
 */
export interface Challenge {
  readonly operatorId: string;
  readonly rideId: string;
  readonly amountMinor: number;
}

export interface Presentation {
  readonly unixSeconds: number;
  readonly counter: number;
  readonly challenge: Challenge | null;
}

/** Encodes `[unix_seconds, counter]`, with the challenge as third item; throws when no reader
 * would take it. */
export function writeBody({ unixSeconds, counter, challenge }: Presentation): Bytes {
  const items = [writeUnsigned(unixSeconds), writeUnsigned(counter)];
  if (challenge) {
    items.push(
      writeArray(
        writeText(challenge.operatorId),
        writeBytes(uuidBytes(challenge.rideId)),
        writeUnsigned(challenge.amountMinor),
      ),
    );
  }
  const body = writeArray(...items);
  readBody(body);
  return body;
}

/** Takes a presentation body apart; MalformedError for any other bytes. */
export function readBody(body: Bytes): Presentation {
  if (body[0] !== CHALLENGED_ARRAY) {
    const [unixSeconds, counter] = read(body, PLAIN_SHAPE, "presentation");
    return { unixSeconds, counter, challenge: null };
  }
  const [unixSeconds, counter, operatorId, rideId, amountMinor] = read(
    body,
    CHALLENGED_SHAPE,
    "presentation",
  );
  return { unixSeconds, counter, challenge: { operatorId, rideId: uuidText(rideId), amountMinor } };
}

/** Signs with the device key: raw r||s, normalised to low S. */
export async function signBody(
  body: Bytes,
  certificate: Bytes,
  privateKey: CryptoKey,
): Promise<Bytes> {
  const message = messageOf(body, await sha256(certificate));
  return withLowS(new Uint8Array(await crypto.subtle.sign(ES256, privateKey, message)));
}

/** What the device's signature is over. */
export function messageOf(body: Bytes, certificateHash: Bytes): Bytes {
  return concat(DOMAIN, certificateHash, body);
}
