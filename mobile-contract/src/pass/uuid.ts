// UUIDs: their usual text, and the 16 bytes that codes and records carry.
import { type Bytes, fromHex, toHex } from "./bytes.js";

/** RangeError unless it is a UUID in small letters. */
export function uuidBytes(text: string): Bytes {
  const bytes = fromHex(text.replaceAll("-", ""));
  if (bytes.length !== 16 || uuidText(bytes) !== text) {
    throw new RangeError(`${text} is not a UUID in small letters`);
  }
  return bytes;
}

export function uuidText(bytes: Uint8Array): string {
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
