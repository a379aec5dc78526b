// How an enrolled phone asks for passes: it signs the keys that they shall be issued for.
import { type Bytes, concat } from "./bytes.js";
import { withLowS } from "./p256.js";
import { ES256 } from "./presentation.js";

// So that this signature can never be taken for one of another protocol.
const DOMAIN = new TextEncoder().encode("TK1-E");

/**
 * The `signature` of `POST /v1/me/passes`: the enrolled phone's key over `device_public_keys`
 * (33 bytes each) in their order.
 */
export async function signPassRequest(
  deviceKeys: readonly Bytes[],
  phoneKey: CryptoKey,
): Promise<Bytes> {
  const message = concat(DOMAIN, ...deviceKeys);
  return withLowS(new Uint8Array(await crypto.subtle.sign(ES256, phoneKey, message)));
}
