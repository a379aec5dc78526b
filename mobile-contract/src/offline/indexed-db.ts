// A reader's records and past in a browser: they outlive the page, a crash and the network.
import { done, openDatabase, within } from "../pass/idb.js";
import type { LetIn } from "./decide.js";
import type {
  Answered,
  Entry,
  KeptRecord,
  ReaderStore,
  RecordName,
  RecordState,
  SequenceRange,
  Situation,
} from "./store.js";

const READERS = "readers";
const RECORDS = "records";
const PAST = "past";
const BY_STATE = "state";
const BY_SENT_AT = "sentAt";
const BY_CERTIFICATE = "certificateHash";
const BY_END = "endsAt";

interface ReaderRow {
  readonly validatorId: string;
  readonly lastSequence: number;
}

/** `sentAt` is there only where the state is `sent`, so that its index holds nothing else. */
interface RecordRow extends KeptRecord {
  readonly sentAt?: Date;
}

interface PastRow extends LetIn {
  readonly certificateHash: string;
  readonly endsAt: Date;
}

/** Opens (or makes) the database; rejects where the browser forbids storage. */
export async function openIndexedDbReaderStore(name = "teiki-reader"): Promise<ReaderStore> {
  return new IndexedDbReaderStore(await openDatabase(name, 1, make));
}

function make(database: IDBDatabase): void {
  database.createObjectStore(READERS, { keyPath: "validatorId" });
  const records = database.createObjectStore(RECORDS, { keyPath: ["validatorId", "sequence"] });
  records.createIndex(BY_STATE, "state");
  records.createIndex(BY_SENT_AT, "sentAt");
  const past = database.createObjectStore(PAST, { autoIncrement: true });
  past.createIndex(BY_CERTIFICATE, "certificateHash");
  past.createIndex(BY_END, "endsAt");
}

class IndexedDbReaderStore implements ReaderStore {
  readonly #database: IDBDatabase;

  constructor(database: IDBDatabase) {
    this.#database = database;
  }

  async read(validatorId: string, certificateHash: string): Promise<Situation> {
    return within(this.#database, [READERS, PAST], "readonly", async (transaction) => {
      const past = transaction.objectStore(PAST).index(BY_CERTIFICATE);
      const [lastSequence, rides] = await Promise.all([
        lastOf(transaction, validatorId),
        done<PastRow[]>(past.getAll(certificateHash)),
      ]);
      return { lastSequence, past: rides };
    });
  }

  async append(entry: Entry): Promise<boolean> {
    const { validatorId, sequence, body, signature, certificateHash, letIn } = entry;
    const stores = [READERS, RECORDS, PAST];
    return within(this.#database, stores, "readwrite", async (transaction) => {
      if (sequence !== (await lastOf(transaction, validatorId)) + 1) return false;
      const reader: ReaderRow = { validatorId, lastSequence: sequence };
      transaction.objectStore(READERS).put(reader);
      const row: RecordRow = { validatorId, sequence, body, signature, state: "waiting", reason: null };
      // `add`, not `put`: a record is never written over.
      transaction.objectStore(RECORDS).add(row);
      if (letIn) {
        const ride: PastRow = { ...letIn, certificateHash, endsAt: entry.certificateEndsAt };
        transaction.objectStore(PAST).add(ride);
      }
      return true;
    });
  }

  async list(state: RecordState, limit: number): Promise<readonly KeptRecord[]> {
    return this.#records("readonly", (records) =>
      done<RecordRow[]>(records.index(BY_STATE).getAll(state, limit)),
    );
  }

  async count(state: RecordState): Promise<number> {
    return this.#records("readonly", (records) => done(records.index(BY_STATE).count(state)));
  }

  async answered(answers: readonly Answered[], at: Date): Promise<void> {
    await this.#records("readwrite", async (records) => {
      for (const { validatorId, sequence, state, reason } of answers) {
        const row = await done<RecordRow | undefined>(records.get([validatorId, sequence]));
        if (!row) continue;
        const { sentAt: _, ...record } = row;
        records.put({ ...record, state, reason, ...(state === "sent" ? { sentAt: at } : {}) });
      }
    });
  }

  async askedAgain(validatorId: string, missing: readonly SequenceRange[]): Promise<number> {
    return this.#records("readwrite", async (records) => {
      let count = 0;
      for (const { from, to } of missing) {
        const range = IDBKeyRange.bound([validatorId, from], [validatorId, to ?? Infinity]);
        for (const row of await done<RecordRow[]>(records.getAll(range))) {
          if (row.state !== "sent") continue;
          const { sentAt: _, ...record } = row;
          records.put({ ...record, state: "waiting" } satisfies RecordRow);
          count += 1;
        }
      }
      return count;
    });
  }

  async remove(names: readonly RecordName[]): Promise<void> {
    await this.#records("readwrite", async (records) => {
      for (const { validatorId, sequence } of names) records.delete([validatorId, sequence]);
    });
  }

  async forgetBefore(sentAt: Date, certificateEndsAt: Date): Promise<void> {
    await within(this.#database, [RECORDS, PAST], "readwrite", async (transaction) => {
      const sent = transaction.objectStore(RECORDS).index(BY_SENT_AT);
      await deleteAll(sent, IDBKeyRange.upperBound(sentAt, true));
      const past = transaction.objectStore(PAST).index(BY_END);
      await deleteAll(past, IDBKeyRange.upperBound(certificateEndsAt, true));
    });
  }

  async #records<T>(
    mode: IDBTransactionMode,
    work: (records: IDBObjectStore) => Promise<T>,
  ): Promise<T> {
    const act = (transaction: IDBTransaction) => work(transaction.objectStore(RECORDS));
    return within(this.#database, [RECORDS], mode, act);
  }
}

async function lastOf(transaction: IDBTransaction, validatorId: string): Promise<number> {
  const readers = transaction.objectStore(READERS);
  return (await done<ReaderRow | undefined>(readers.get(validatorId)))?.lastSequence ?? 0;
}

async function deleteAll(index: IDBIndex, range: IDBKeyRange): Promise<void> {
  for (const key of await done(index.getAllKeys(range))) index.objectStore.delete(key);
}
