// Unpacks exactly one zlib stream (RFC 1950), however little it takes to write a very long one.
import { type Bytes, concat } from "./bytes.js";
import { MalformedError } from "./canonical.js";

/** The bytes that were compressed, at most `longest`; else MalformedError of this layer. */
export async function decompress(data: Bytes, longest: number, layer: string): Promise<Bytes> {
  const bytes = await inflate(data, longest, layer);
  // What follows the stream is ignored by some engines: its checksum must be the last of it.
  if (checksum(bytes) !== lastNumber(data)) {
    throw new MalformedError(layer, "bytes after the compressed ones, or some missing");
  }
  return bytes;
}

async function inflate(data: Bytes, longest: number, layer: string): Promise<Bytes> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate"));
    const reader = stream.getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      length += read.value.length;
      if (length > longest) throw new RangeError(`more than ${longest} bytes`);
      chunks.push(read.value);
    }
  } catch (error) {
    throw new MalformedError(layer, `not compressed by zlib: ${String(error)}`);
  }
  return concat(...chunks);
}

function lastNumber(data: Bytes): number {
  return data.slice(-4).reduce((number, byte) => number * 256 + byte, 0);
}

/** Adler-32 (RFC 1950, section 8.2). */
function checksum(bytes: Bytes): number {
  let low = 1;
  let high = 0;
  for (const byte of bytes) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  return high * 65_536 + low;
}
