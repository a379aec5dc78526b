// The rider's side: a key made on this phone, the passes issued to it, and the code to show now.
import { type Bytes, concat, equal, sha256, toHex } from "./bytes.js";
import { type PassClaims, readCertificate } from "./certificate.js";
import { present } from "./code.js";
import { compressPoint } from "./p256.js";
import type { Challenge } from "./presentation.js";
import type { StatusList } from "./status.js";
import type { HeldPass, PassStore } from "./store.js";

/** A key pair of this phone, or for one certificate; its private half can never be read. */
export interface DeviceKey {
  readonly privateKey: CryptoKey;
  /** Compressed P-256, 33 bytes: what the API takes as `public_key` or a device key. */
  readonly publicKey: Bytes;
}

export interface ShownCode {
  readonly text: string;
  readonly claims: PassClaims;
}

interface KnownPass {
  readonly pass: HeldPass;
  readonly claims: PassClaims;
  readonly kid: string;
}

/** Makes a key on this device. Needs https or localhost, as WebCrypto does. */
export async function createDeviceKey(): Promise<DeviceKey> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const pair = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return { privateKey: pair.privateKey, publicKey: compressPoint(point) };
}

/** The passes of this phone, for today and up to seven days ahead. */
export class Wallet {
  readonly #store: PassStore;

  constructor(store: PassStore) {
    this.#store = store;
  }

  /** Keeps a certificate with the key it was issued for; throws when it names another key. */
  async add(certificate: Uint8Array, key: DeviceKey): Promise<PassClaims> {
    const bytes = concat(certificate);
    const { claims } = readCertificate(bytes);
    if (!claims.deviceKey || !equal(claims.deviceKey, key.publicKey)) {
      throw new Error("the certificate was issued for another device key");
    }
    const hash = toHex(await sha256(bytes));
    await this.#store.keep({ hash, certificate: bytes, privateKey: key.privateKey });
    return claims;
  }

  /** What may be shown at this time, or null; of several, the one that is valid for longest. */
  async find(now: Date): Promise<PassClaims | null> {
    return (await this.#current(now))?.claims ?? null;
  }

  /** The code to show at this time (the server's, where known), or null without a valid pass. */
  async present(now: Date, challenge: Challenge | null = null): Promise<ShownCode | null> {
    const current = await this.#current(now);
    if (!current) return null;
    const { pass, claims } = current;
    const counter = await this.#store.nextCounter(pass.hash);
    const unixSeconds = Math.floor(now.getTime() / 1000);
    const { certificate, privateKey } = pass;
    return { text: await present(certificate, privateKey, unixSeconds, counter, challenge), claims };
  }

  /**
   * Forgets passes that this list stops, or whose issuer key it no longer has, and says how many:
   * fetch new ones for those days.
   */
  async forgetStopped(status: StatusList): Promise<number> {
    const live = new Set(status.keys.map(({ kid }) => kid));
    return this.#forget(({ claims, kid }) => !live.has(kid) || status.isRevoked(claims.passId));
  }

  /** Forgets passes whose time is over. */
  async forgetExpired(now: Date): Promise<void> {
    await this.#forget(({ claims }) => claims.validUntil <= now);
  }

  /** Forgets everything, keys included: on signing out, or when a phone changes hands. */
  async clear(): Promise<void> {
    await this.#forget(() => true);
  }

  async #current(now: Date): Promise<KnownPass | null> {
    const held = (await this.#read()).filter(
      ({ claims }) => claims.validFrom <= now && now < claims.validUntil,
    );
    held.sort((a, b) => b.claims.validUntil.getTime() - a.claims.validUntil.getTime());
    return held[0] ?? null;
  }

  async #forget(isOver: (pass: KnownPass) => boolean): Promise<number> {
    const over = (await this.#read()).filter(isOver);
    await Promise.all(over.map(({ pass }) => this.#store.remove(pass.hash)));
    return over.length;
  }

  async #read(): Promise<KnownPass[]> {
    return (await this.#store.list()).map((pass) => {
      const { claims, kid } = readCertificate(pass.certificate);
      return { pass, claims, kid: toHex(kid) };
    });
  }
}
