// Where a phone keeps its passes. The key never leaves the browser: it is kept as a CryptoKey
// that cannot be exported, next to the one certificate that names it.
import type { Bytes } from "./bytes.js";

export interface HeldPass {
  /** SHA-256 of the certificate in hexadecimal. */
  readonly hash: string;
  readonly certificate: Bytes;
  readonly privateKey: CryptoKey;
}

export interface PassStore {
  list(): Promise<readonly HeldPass[]>;
  /** Keeps a pass; keeping it again does not start its counter anew. */
  keep(pass: HeldPass): Promise<void>;
  remove(hash: string): Promise<void>;
  /**
   * The next number to show, from 1 on. Stored before it is given, in one step with reading it:
   * two windows, or a crash, never get the same number. Rejects for a pass that is not kept.
   */
  nextCounter(hash: string): Promise<number>;
}

/** Forgets everything with the page; for tests and for readers that hold no pass for long. */
export class MemoryStore implements PassStore {
  readonly #passes = new Map<string, { pass: HeldPass; counter: number }>();

  async list(): Promise<readonly HeldPass[]> {
    return Array.from(this.#passes.values(), ({ pass }) => pass);
  }

  async keep(pass: HeldPass): Promise<void> {
    const counter = this.#passes.get(pass.hash)?.counter ?? 0;
    this.#passes.set(pass.hash, { pass, counter });
  }

  async remove(hash: string): Promise<void> {
    this.#passes.delete(hash);
  }

  async nextCounter(hash: string): Promise<number> {
    const entry = this.#passes.get(hash);
    if (!entry) throw new Error(`no pass ${hash} is kept here`);
    entry.counter += 1;
    return entry.counter;
  }
}
