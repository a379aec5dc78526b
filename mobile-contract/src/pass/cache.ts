// Which certificates were verified a moment ago? Checking one twice costs a signature.
import type { Bytes } from "./bytes.js";
import type { PassClaims } from "./certificate.js";

export interface VerifiedCertificate {
  readonly claims: PassClaims;
  readonly kid: Bytes;
  readonly issuerKey: CryptoKey;
  readonly deviceKey: CryptoKey | null;
}

/** The certificates verified last, by the SHA-256 of their bytes in hexadecimal. */
export class CertificateCache {
  readonly #capacity: number;
  // A Map keeps the order of insertion: the first entry is the one unused for longest.
  readonly #entries = new Map<string, VerifiedCertificate>();

  constructor(capacity = 500) {
    if (capacity < 1) throw new RangeError(`capacity ${capacity} is below 1`);
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  find(hash: string): VerifiedCertificate | undefined {
    const entry = this.#entries.get(hash);
    if (entry) this.keep(hash, entry);
    return entry;
  }

  keep(hash: string, certificate: VerifiedCertificate): void {
    this.#entries.delete(hash);
    this.#entries.set(hash, certificate);
    if (this.#entries.size > this.#capacity) {
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest);
        break;
      }
    }
  }
}
