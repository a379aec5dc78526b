// Is this exactly the CBOR that a pass may contain? A strict reader for known shapes, and the
// writer of the few types a device signs. Numbers have at most 32 bits, in their shortest form.
import { type Bytes, concat } from "./bytes.js";

export const MAX_INTEGER = 2 ** 32 - 1;

// The first byte of the shortest value of a type; the next 23 carry the numbers 1 to 23.
const UNSIGNED = 0x00;
const BYTES = 0x40;
const TEXT = 0x60;
const ARRAY = 0x80;
const COUNTS: readonly number[] = [UNSIGNED, ARRAY];

/** The bytes are not in the one form allowed; `layer` names the part. */
export class MalformedError extends Error {
  readonly layer: string;

  constructor(layer: string, problem: string) {
    super(`${layer}: ${problem}`);
    this.name = "MalformedError";
    this.layer = layer;
  }
}

/**
 * One value: the bytes that always stand before it (map and array heads, keys), its type, and
 * the range of its number, or of its length in bytes. `T` is what reading it gives.
 */
export interface Item<T> {
  readonly before: readonly number[];
  readonly firstHead: number;
  readonly lowest: number;
  readonly highest: number;
  readonly finish: (number: number, string: Bytes) => T;
}

type Values<S extends readonly Item<unknown>[]> = {
  -readonly [K in keyof S]: S[K] extends Item<infer T> ? T : never;
};

/** An integer in 0..highest. */
export function unsigned(before: readonly number[] = [], highest = MAX_INTEGER): Item<number> {
  return { before, firstHead: UNSIGNED, lowest: 0, highest, finish: (number) => number };
}

/** An integer that never varies. */
export function constant(before: readonly number[], number: number): Item<number> {
  return { ...unsigned(before, number), lowest: number };
}

/** A byte string of shortest..longest bytes. */
export function byteString(
  before: readonly number[],
  lowest: number,
  highest: number,
): Item<Bytes> {
  return { before, firstHead: BYTES, lowest, highest, finish: (_, string) => string };
}

/** A text string of shortest..longest bytes in UTF-8. */
export function textString(
  before: readonly number[],
  lowest: number,
  highest: number,
): Item<string> {
  const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return { before, firstHead: TEXT, lowest, highest, finish: (_, string) => utf8.decode(string) };
}

/** The head of an array; its value is how many items follow, which the caller reads. */
export function arrayOf(before: readonly number[], lowest: number, highest: number): Item<number> {
  return { before, firstHead: ARRAY, lowest, highest, finish: (number) => number };
}

/** The values of data that has exactly this shape; else MalformedError. */
export function read<const S extends readonly Item<unknown>[]>(
  data: Bytes,
  shape: S,
  layer: string,
): Values<S> {
  const [values, at] = readFrom(data, 0, shape, layer);
  if (at !== data.length) throw new MalformedError(layer, "cut short, or bytes after the end");
  return values;
}

/**
 * The values of this shape from a place on, and the place after them; where the data ends too
 * soon, that place may be beyond its end.
 */
export function readFrom<const S extends readonly Item<unknown>[]>(
  data: Bytes,
  start: number,
  shape: S,
  layer: string,
): [values: Values<S>, at: number] {
  let at = start;
  const values = shape.map((item) => {
    if (item.before.some((byte, offset) => data[at + offset] !== byte)) {
      throw new MalformedError(layer, `unexpected bytes at byte ${at}`);
    }
    at += item.before.length;
    const [number, width] = head(data, at, item.firstHead, layer);
    at += width;
    if (number < item.lowest || number > item.highest) {
      throw new MalformedError(layer, `${number} is not in ${item.lowest}..${item.highest}`);
    }
    const length = COUNTS.includes(item.firstHead) ? 0 : number;
    const string = data.slice(at, at + length);
    at += length;
    return finish(item, number, string, layer);
  });
  return [values as Values<S>, at];
}

/** The number that a head carries, and how many bytes the head takes. */
function head(data: Bytes, at: number, firstHead: number, layer: string): [number, number] {
  const number = (data[at] ?? -1) - firstHead;
  if (number >= 0 && number < 24) return [number, 1];
  const width = number === 24 ? 1 : number === 25 ? 2 : number === 26 ? 4 : 0;
  const smallest = width === 1 ? 24 : 256 ** (width / 2);
  let long = 0;
  for (let offset = 1; offset <= width; offset++) long = long * 256 + (data[at + offset] ?? 0);
  if (width === 0 || long < smallest) {
    throw new MalformedError(layer, `not the shortest form of this type at byte ${at}`);
  }
  return [long, 1 + width];
}

function finish<T>(item: Item<T>, number: number, string: Bytes, layer: string): T {
  try {
    return item.finish(number, string);
  } catch {
    throw new MalformedError(layer, "text is not UTF-8");
  }
}

export function writeUnsigned(number: number): Bytes {
  return writeHead(UNSIGNED, number);
}

export function writeBytes(data: Uint8Array): Bytes {
  return concat(writeHead(BYTES, data.length), data);
}

export function writeText(text: string): Bytes {
  const data = new TextEncoder().encode(text);
  return concat(writeHead(TEXT, data.length), data);
}

export function writeArray(...items: readonly Uint8Array[]): Bytes {
  return concat(writeHead(ARRAY, items.length), ...items);
}

function writeHead(firstHead: number, number: number): Bytes {
  if (!Number.isInteger(number) || number < 0 || number > MAX_INTEGER) {
    throw new RangeError(`${number} is not an integer in 0..${MAX_INTEGER}`);
  }
  if (number < 24) return Uint8Array.of(firstHead + number);
  const width = number < 256 ? 1 : number < 65_536 ? 2 : 4;
  const bytes = new Uint8Array(1 + width);
  bytes[0] = firstHead + (width === 1 ? 24 : width === 2 ? 25 : 26);
  for (let at = width, rest = number; at > 0; at--, rest = Math.floor(rest / 256)) {
    bytes[at] = rest % 256;
  }
  return bytes;
}
