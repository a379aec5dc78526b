// A reader that may lose its network: it checks codes, decides, and keeps a signed record before
// it answers, so that nobody is let in without one.
import { CertificateCache } from "../pass/cache.js";
import type { IssuerKeys } from "../pass/issuer-keys.js";
import type { Challenge } from "../pass/presentation.js";
import type { StatusList } from "../pass/status.js";
import { type VerifiedPass, verifyPass } from "../pass/verify.js";
import {
  decideOffline,
  type Knowledge,
  type LetIn,
  type Opened,
  type RefusedHere,
  refuseForSure,
  type Wanted,
} from "./decide.js";
import { type OfflineRecord, signRecord } from "./record.js";
import type { ReaderStore } from "./store.js";

/** What the reader was registered as, and the private half of the key that it registered. */
export interface Identity {
  readonly validatorId: string;
  readonly privateKey: CryptoKey;
}

/** What the reader holds at this moment. */
export interface Held {
  readonly issuerKeys: IssuerKeys;
  readonly list: StatusList | null;
  /** Since the clock was last set from a trusted source; null if never. */
  readonly clockAgeSeconds: number | null;
}

/** A code that somebody shows, what for, and where. */
export interface Scan {
  /** The scanned text, unchanged. */
  readonly code: string;
  /** The code is the one that the card list has for the card that was read. */
  readonly ofCard?: boolean;
  readonly wanted: Wanted;
  /** For a metered ride's end: what the rider must have signed. */
  readonly challenge?: Challenge | null;
  readonly stopId?: string | null;
  readonly routeId?: string | null;
  readonly tripId?: string | null;
}

/** What a decision says besides yes or no. */
interface Choice<T> {
  readonly answer: T;
  readonly opened: boolean;
  readonly online: boolean;
  readonly why: string;
}

export class OfflineReader {
  readonly #identity: Identity;
  readonly #store: ReaderStore;
  readonly #cache = new CertificateCache();

  constructor(identity: Identity, store: ReaderStore) {
    this.#identity = identity;
    this.#store = store;
  }

  /**
   * Steps 1 to 8, with or without network: a genuine, fresh code that nothing held here speaks
   * against, or why not. A refusal is certain; the rest is for the server, or for `decide`.
   */
  async check(scan: Scan, held: Held, now: Date): Promise<VerifiedPass | RefusedHere> {
    const { issuerKeys } = held;
    const { challenge = null, ofCard = false } = scan;
    const options = { issuerKeys, now, cache: this.#cache, challenge, ofCard };
    const shown = await verifyPass(scan.code, options);
    if (shown.result === "refused") return shown;
    const { past } = await this.#store.read(this.#identity.validatorId, shown.certificateHash);
    return refuseForSure(shown, scan.wanted, knowledge(shown, held), past, now) ?? shown;
  }

  /** What `decide` would answer now; nothing is kept, so nobody may be let in on it. */
  async foresee(
    scan: Scan,
    shown: VerifiedPass,
    held: Held,
    now: Date,
  ): Promise<Opened | RefusedHere> {
    const { past } = await this.#store.read(this.#identity.validatorId, shown.certificateHash);
    return decideOffline(shown, scan.wanted, knowledge(shown, held), past, now);
  }

  /**
   * Decides on a code that `check` has verified, and resolves when the record of it is on disk:
   * only then open. `onlineKey` is the `Idempotency-Key` of an attempt to ask the server about
   * it. Rejects when nothing could be kept: then nobody may be let in.
   */
  async decide(
    scan: Scan,
    shown: VerifiedPass,
    held: Held,
    now: Date,
    onlineKey: string | null,
  ): Promise<Opened | RefusedHere> {
    return this.#keep(scan, shown, held, now, onlineKey, (past) => {
      const answer = decideOffline(shown, scan.wanted, knowledge(shown, held), past, now);
      const opened = answer.result === "opened";
      return { answer, opened, online: false, why: opened ? answer.why : answer.reason };
    });
  }

  /** Keeps that the server let somebody in: so the ride can come back after the server is lost. */
  async noteOnline(
    scan: Scan,
    shown: VerifiedPass,
    held: Held,
    now: Date,
    onlineKey: string,
  ): Promise<void> {
    const choice = { answer: undefined, opened: true, online: true, why: "online" };
    await this.#keep(scan, shown, held, now, onlineKey, () => choice);
  }

  /** Decides by the past and appends to it, as if no other window of this reader did so too. */
  async #keep<T>(
    scan: Scan,
    shown: VerifiedPass,
    held: Held,
    now: Date,
    onlineKey: string | null,
    choose: (past: readonly LetIn[]) => Choice<T>,
  ): Promise<T> {
    const { validatorId, privateKey } = this.#identity;
    const { certificateHash, counter, claims } = shown;
    const { action, mode } = scan.wanted;
    for (;;) {
      const { lastSequence, past } = await this.#store.read(validatorId, certificateHash);
      const { answer, opened, online, why } = choose(past);
      const sequence = lastSequence + 1;
      const record = this.#record(scan, held, now, onlineKey, { sequence, opened, why });
      const isKept = await this.#store.append({
        validatorId,
        sequence,
        ...(await signRecord(record, privateKey)),
        certificateHash,
        letIn: opened ? { counter, action, mode, at: now, online } : null,
        certificateEndsAt: claims.validUntil,
      });
      if (isKept) return answer;
    }
  }

  #record(
    { code, wanted, stopId, routeId, tripId }: Scan,
    { list, clockAgeSeconds }: Held,
    now: Date,
    onlineKey: string | null,
    decided: Pick<OfflineRecord, "sequence" | "opened" | "why">,
  ): OfflineRecord {
    const { validatorId } = this.#identity;
    return {
      ...decided,
      validatorId,
      code,
      ...wanted,
      decidedAt: now,
      listIssuedAt: list?.issuedAt ?? null,
      clockAgeSeconds,
      onlineKey,
      stopId: stopId ?? null,
      routeId: routeId ?? null,
      tripId: tripId ?? null,
    };
  }
}

function knowledge({ claims }: VerifiedPass, { list, clockAgeSeconds }: Held): Knowledge {
  return {
    revoked: list?.isRevoked(claims.passId) ?? false,
    listIssuedAt: list?.issuedAt ?? null,
    clockAgeSeconds,
  };
}
