// The few facts of the curve P-256 that WebCrypto leaves to its user: points in 33 bytes, and
// the lower one of the two signatures that verify.
import { type Bytes, concat } from "./bytes.js";

const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const SQUARE_ROOT_EXPONENT = (P + 1n) / 4n;

/** 65 bytes (04, x, y), as WebCrypto exports a public key, to 33 (02 or 03, x). */
export function compressPoint(point: Uint8Array): Bytes {
  if (point.length !== 65 || point[0] !== 4) throw new RangeError("not an uncompressed point");
  return concat(Uint8Array.of(2 + (point[64]! & 1)), point.slice(1, 33));
}

/** 33 bytes to 65, which every browser imports; RangeError when no point has this x. */
export function decompressPoint(point: Uint8Array): Bytes {
  const x = toInteger(point.slice(1));
  if (point.length !== 33 || (point[0] !== 2 && point[0] !== 3) || x >= P) {
    throw new RangeError("not a compressed point");
  }
  const square = (x ** 3n - 3n * x + B) % P;
  const root = power(square, SQUARE_ROOT_EXPONENT);
  if ((root * root) % P !== square) throw new RangeError("not a point of the curve");
  const y = (root & 1n) === BigInt(point[0]! & 1) ? root : P - root;
  return concat(Uint8Array.of(4), point.slice(1), toBytes(y));
}

/** Of the two values of s that verify, is this the lower, the only one allowed? */
export function hasLowS(signature: Uint8Array): boolean {
  return toInteger(signature.slice(32)) <= ORDER / 2n;
}

/** The same signature with the lower s; about half of what WebCrypto makes has the higher. */
export function withLowS(signature: Uint8Array): Bytes {
  const s = toInteger(signature.slice(32));
  return concat(signature.slice(0, 32), toBytes(s > ORDER / 2n ? ORDER - s : s));
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

function toInteger(bytes: Uint8Array): bigint {
  return bytes.reduce((number, byte) => number * 256n + BigInt(byte), 0n);
}

function toBytes(number: bigint): Bytes {
  const bytes = new Uint8Array(32);
  for (let at = 31, rest = number; at >= 0; at--, rest >>= 8n) bytes[at] = Number(rest & 0xffn);
  return bytes;
}
