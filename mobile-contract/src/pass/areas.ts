// Which areas does a pass cover? The bitmap of certificate key 5, most significant bit first.
import type { Bytes } from "./bytes.js";

const MAX_AREA = 127;

export function areasOf(bitmap: Uint8Array): ReadonlySet<number> {
  const areas = new Set<number>();
  for (let number = 0; number < bitmap.length * 8; number++) {
    if (bitmap[number >> 3]! & (0x80 >> (number & 7))) areas.add(number);
  }
  return areas;
}

/** One bit for each number, no empty last byte; RangeError for a number that is no area's. */
export function areaBitmap(areas: Iterable<number>): Bytes {
  const numbers = [...areas];
  const highest = Math.max(-1, ...numbers);
  const bitmap = new Uint8Array(Math.floor(highest / 8) + 1);
  for (const number of numbers) {
    if (!Number.isInteger(number) || number < 0 || number > MAX_AREA) {
      throw new RangeError(`area number ${number} is not in 0..${MAX_AREA}`);
    }
    bitmap[number >> 3]! |= 0x80 >> (number & 7);
  }
  return bitmap;
}
