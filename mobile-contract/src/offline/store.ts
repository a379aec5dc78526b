// Where a reader keeps its records and whom it let in. What is appended is on disk before
// anybody is let in, and no number is ever given twice.
import type { LetIn } from "./decide.js";
import type { SignedRecord } from "./record.js";

/** What a record is known by. */
export interface RecordName {
  readonly validatorId: string;
  readonly sequence: number;
}

/** `waiting` to be uploaded, `sent` and taken, or `rejected` by the server. */
export type RecordState = "waiting" | "sent" | "rejected";

export interface KeptRecord extends RecordName, SignedRecord {
  readonly state: RecordState;
  /** Why it was rejected. */
  readonly reason: string | null;
}

/** A new record, and whom it let in, if anybody. */
export interface Entry extends RecordName, SignedRecord {
  readonly certificateHash: string;
  readonly letIn: LetIn | null;
  /** From here on the certificate is over, and nobody need know who was let in with it. */
  readonly certificateEndsAt: Date;
}

/** What the next decision about a certificate builds on. */
export interface Situation {
  /** The number that was used last; 0 before the first. */
  readonly lastSequence: number;
  readonly past: readonly LetIn[];
}

export interface Answered extends RecordName {
  readonly state: "sent" | "rejected";
  readonly reason: string | null;
}

/** Numbers of one reader, both ends included. */
export interface SequenceRange {
  readonly from: number;
  /** Null: all that follow. */
  readonly to: number | null;
}

export interface ReaderStore {
  read(validatorId: string, certificateHash: string): Promise<Situation>;
  /**
   * Keeps a record and whom it let in, both or neither, and resolves when they are on disk.
   * False, and nothing kept, unless its number is the one after the last: then another record
   * came in between, and what was decided must be decided anew.
   */
  append(entry: Entry): Promise<boolean>;
  /** The oldest records in a state. */
  list(state: RecordState, limit: number): Promise<readonly KeptRecord[]>;
  count(state: RecordState): Promise<number>;
  /** Notes what the server answered, and when. */
  answered(answers: readonly Answered[], at: Date): Promise<void>;
  /** Has records that were sent wait again, where the server has lost them; says how many. */
  askedAgain(validatorId: string, missing: readonly SequenceRange[]): Promise<number>;
  /** Forgets these records: staff have seen that they were rejected. */
  remove(names: readonly RecordName[]): Promise<void>;
  /** Forgets records sent before an instant, and who was let in with certificates over by then. */
  forgetBefore(sentAt: Date, certificateEndsAt: Date): Promise<void>;
}

interface Row {
  record: KeptRecord;
  sentAt: Date | null;
}

interface PastRow extends LetIn {
  readonly certificateHash: string;
  readonly endsAt: Date;
}

/** Forgets everything with the program: for tests, and for who keeps records elsewhere. */
export class MemoryReaderStore implements ReaderStore {
  readonly #last = new Map<string, number>();
  #rows: Row[] = [];
  #past: PastRow[] = [];

  async read(validatorId: string, certificateHash: string): Promise<Situation> {
    const past = this.#past.filter((ride) => ride.certificateHash === certificateHash);
    return { lastSequence: this.#last.get(validatorId) ?? 0, past };
  }

  async append(entry: Entry): Promise<boolean> {
    const { validatorId, sequence, body, signature, letIn, certificateHash } = entry;
    if (sequence !== (this.#last.get(validatorId) ?? 0) + 1) return false;
    this.#last.set(validatorId, sequence);
    const record = { validatorId, sequence, body, signature, state: "waiting", reason: null } as const;
    this.#rows.push({ record, sentAt: null });
    if (letIn) this.#past.push({ ...letIn, certificateHash, endsAt: entry.certificateEndsAt });
    return true;
  }

  async list(state: RecordState, limit: number): Promise<readonly KeptRecord[]> {
    return this.#rows.flatMap(({ record }) => (record.state === state ? [record] : [])).slice(0, limit);
  }

  async count(state: RecordState): Promise<number> {
    return (await this.list(state, Infinity)).length;
  }

  async answered(answers: readonly Answered[], at: Date): Promise<void> {
    for (const { state, reason, ...name } of answers) {
      const row = this.#rows.find(({ record }) => isNamed(record, name));
      if (!row) continue;
      row.record = { ...row.record, state, reason };
      row.sentAt = state === "sent" ? at : null;
    }
  }

  async askedAgain(validatorId: string, missing: readonly SequenceRange[]): Promise<number> {
    const lost = this.#rows.filter(
      ({ record }) =>
        record.validatorId === validatorId &&
        record.state === "sent" &&
        missing.some(({ from, to }) => from <= record.sequence && record.sequence <= (to ?? Infinity)),
    );
    for (const row of lost) row.record = { ...row.record, state: "waiting" };
    return lost.length;
  }

  async remove(names: readonly RecordName[]): Promise<void> {
    this.#rows = this.#rows.filter(({ record }) => !names.some((name) => isNamed(record, name)));
  }

  async forgetBefore(sentAt: Date, certificateEndsAt: Date): Promise<void> {
    this.#rows = this.#rows.filter((row) => row.record.state !== "sent" || !isBefore(row.sentAt, sentAt));
    this.#past = this.#past.filter(({ endsAt }) => !isBefore(endsAt, certificateEndsAt));
  }
}

function isNamed(record: RecordName, { validatorId, sequence }: RecordName): boolean {
  return record.validatorId === validatorId && record.sequence === sequence;
}

function isBefore(at: Date | null, limit: Date): boolean {
  return at !== null && at < limit;
}
