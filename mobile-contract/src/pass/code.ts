// The text inside the QR code: how it is written, and taken apart without trusting it.
import * as base45 from "./base45.js";
import type { Bytes } from "./bytes.js";
import { byteString, MalformedError, read, writeArray, writeBytes } from "./canonical.js";
import { type Challenge, type Presentation, readBody, signBody, writeBody } from "./presentation.js";
import { type Refused, refuse } from "./reasons.js";

const PREFIX = "TK1:";
const MAX_CHARACTERS = 480;
const PAPER_ARRAY = 0x81;
const PAPER_SHAPE = [byteString([PAPER_ARRAY], 1, MAX_CHARACTERS)] as const;
const PHONE_SHAPE = [
  byteString([0x83], 1, MAX_CHARACTERS),
  byteString([], 1, MAX_CHARACTERS),
  byteString([], 64, 64),
] as const;

/** The items of a code; a paper pass is a certificate alone. */
export interface Code {
  readonly result: "decoded";
  readonly certificate: Bytes;
  readonly shown: ShownPresentation | null;
}

export interface ShownPresentation {
  readonly presentation: Presentation;
  readonly body: Bytes;
  readonly signature: Bytes;
}

/** Shows a phone pass: the QR text. The counter must grow with every code shown. */
export async function present(
  certificate: Bytes,
  devicePrivateKey: CryptoKey,
  unixSeconds: number,
  counter: number,
  challenge: Challenge | null = null,
): Promise<string> {
  const body = writeBody({ unixSeconds, counter, challenge });
  const signature = await signBody(body, certificate, devicePrivateKey);
  const items = [certificate, body, signature].map(writeBytes);
  const text = PREFIX + base45.encode(writeArray(...items));
  if (text.length > MAX_CHARACTERS) throw new RangeError(`the code has ${text.length} characters`);
  return text;
}

/** The text that stands for a certificate which nothing signs anew: on paper, or for a card. */
export function codeWithoutDevice(certificate: Bytes): string {
  const text = PREFIX + base45.encode(writeArray(writeBytes(certificate)));
  if (text.length > MAX_CHARACTERS) throw new RangeError(`the code has ${text.length} characters`);
  return text;
}

/** Takes a QR text apart: prefix, length, base45, and all of its form but the certificate's. */
export function decodeCode(text: string): Code | Refused {
  if (!text.startsWith(PREFIX)) return refuse("not_a_pass", "code.prefix");
  if (text.length > MAX_CHARACTERS) return refuse("malformed_code", "code.length");
  let data: Bytes;
  try {
    data = base45.decode(text.slice(PREFIX.length));
  } catch {
    return refuse("malformed_code", "code.base45");
  }
  try {
    return readItems(data);
  } catch (error) {
    return malformed(error);
  }
}

/** Answers with the layer that is not in its one allowed form. */
export function malformed(error: unknown): Refused {
  if (error instanceof MalformedError) return refuse("malformed_code", error.layer);
  throw error;
}

function readItems(data: Bytes): Code {
  if (data[0] === PAPER_ARRAY) {
    const [certificate] = read(data, PAPER_SHAPE, "code.items");
    return { result: "decoded", certificate, shown: null };
  }
  const [certificate, body, signature] = read(data, PHONE_SHAPE, "code.items");
  return {
    result: "decoded",
    certificate,
    shown: { presentation: readBody(body), body, signature },
  };
}
