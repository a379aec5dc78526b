// How bytes become text that a QR code stores in its compact alphanumeric mode (RFC 9285).
import type { Bytes } from "./bytes.js";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/** Writes each two bytes as three characters, a last single byte as two. */
export function encode(data: Uint8Array): string {
  let text = "";
  for (let at = 0; at < data.length; at += 2) {
    const isPair = at + 1 < data.length;
    let number = isPair ? data[at]! * 256 + data[at + 1]! : data[at]!;
    for (let place = 0; place < (isPair ? 3 : 2); place++) {
      text += ALPHABET[number % 45];
      number = Math.floor(number / 45);
    }
  }
  return text;
}

/**
 * Reads what `encode` writes and nothing else: no small letters, no trimming, no overflow.
 * RangeError otherwise. One text stands for one byte string and the other way round.
 */
export function decode(text: string): Bytes {
  const whole = Math.floor(text.length / 3);
  const rest = text.length % 3;
  if (rest === 1) throw new RangeError("a single character left over");
  const data = new Uint8Array(whole * 2 + (rest ? 1 : 0));
  for (let group = 0; group < whole; group++) {
    const number = value(text.slice(group * 3, group * 3 + 3));
    if (number > 0xffff) throw new RangeError("three characters beyond two bytes");
    data[group * 2] = number >> 8;
    data[group * 2 + 1] = number & 0xff;
  }
  if (rest) {
    const number = value(text.slice(-2));
    if (number > 0xff) throw new RangeError("two characters beyond one byte");
    data[whole * 2] = number;
  }
  return data;
}

function value(characters: string): number {
  let number = 0;
  for (let at = characters.length - 1; at >= 0; at--) {
    const digit = ALPHABET.indexOf(characters[at]!);
    if (digit < 0) throw new RangeError("a character outside the base45 alphabet");
    number = number * 45 + digit;
  }
  return number;
}
