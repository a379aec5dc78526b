// The issuer's public keys, by key id, ready to verify with.
import { fromHex } from "./bytes.js";

export type IssuerKeys = ReadonlyMap<string, CryptoKey>;

/** This browser cannot check an issuer's signature: ask the server to decide, never guess. */
export class Ed25519MissingError extends Error {
  constructor(cause: unknown) {
    super("WebCrypto here has no Ed25519, so passes cannot be checked without the server", {
      cause,
    });
    this.name = "Ed25519MissingError";
  }
}

/** Keys as hexadecimal text, by key id as hexadecimal text; Ed25519MissingError. */
export async function importIssuerKeys(
  keys: Readonly<Record<string, string>>,
): Promise<IssuerKeys> {
  const imported = Object.entries(keys).map(
    async ([kid, key]) => [kid.toLowerCase(), await importKey(key)] as const,
  );
  return new Map(await Promise.all(imported));
}

async function importKey(hex: string): Promise<CryptoKey> {
  const raw = fromHex(hex);
  try {
    return await crypto.subtle.importKey("raw", raw, "Ed25519", true, ["verify"]);
  } catch (error) {
    const isMissing = error instanceof DOMException && error.name === "NotSupportedError";
    throw isMissing ? new Ed25519MissingError(error) : error;
  }
}
