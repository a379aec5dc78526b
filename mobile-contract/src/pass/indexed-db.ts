// The store of a browser: survives closing the page and works without network.
import type { HeldPass, PassStore } from "./store.js";

interface Row extends HeldPass {
  readonly counter: number;
}

const PASSES = "passes";

/** Opens (or makes) the database; rejects where the browser forbids storage. */
export async function openIndexedDbStore(name = "teiki-passes"): Promise<PassStore> {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(PASSES, { keyPath: "hash" });
  return new IndexedDbStore(await done(opening));
}

class IndexedDbStore implements PassStore {
  readonly #database: IDBDatabase;

  constructor(database: IDBDatabase) {
    this.#database = database;
  }

  async list(): Promise<readonly HeldPass[]> {
    return this.#within("readonly", (rows) => done<Row[]>(rows.getAll()));
  }

  async keep(pass: HeldPass): Promise<void> {
    await this.#within("readwrite", async (rows) => {
      const known = await done<Row | undefined>(rows.get(pass.hash));
      rows.put({ ...pass, counter: known?.counter ?? 0 } satisfies Row);
    });
  }

  async remove(hash: string): Promise<void> {
    await this.#within("readwrite", (rows) => done(rows.delete(hash)));
  }

  async nextCounter(hash: string): Promise<number> {
    return this.#within("readwrite", async (rows) => {
      const row = await done<Row | undefined>(rows.get(hash));
      if (!row) throw new Error(`no pass ${hash} is kept here`);
      const counter = row.counter + 1;
      rows.put({ ...row, counter } satisfies Row);
      return counter;
    });
  }

  /** Resolves when the work is on disk, so that no counter is given twice after a crash. */
  async #within<T>(
    mode: IDBTransactionMode,
    work: (rows: IDBObjectStore) => Promise<T>,
  ): Promise<T> {
    const transaction = this.#database.transaction(PASSES, mode, { durability: "strict" });
    const finished = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    const [result] = await Promise.all([work(transaction.objectStore(PASSES)), finished]);
    return result;
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
