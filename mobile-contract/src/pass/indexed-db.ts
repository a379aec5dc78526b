// The store of a browser: survives closing the page and works without network.
import { done, openDatabase, within } from "./idb.js";
import type { HeldPass, PassStore } from "./store.js";

interface Row extends HeldPass {
  readonly counter: number;
}

const PASSES = "passes";

/** Opens (or makes) the database; rejects where the browser forbids storage. */
export async function openIndexedDbStore(name = "teiki-passes"): Promise<PassStore> {
  const make = (database: IDBDatabase) => database.createObjectStore(PASSES, { keyPath: "hash" });
  return new IndexedDbStore(await openDatabase(name, 1, make));
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

  async #within<T>(
    mode: IDBTransactionMode,
    work: (rows: IDBObjectStore) => Promise<T>,
  ): Promise<T> {
    const act = (transaction: IDBTransaction) => work(transaction.objectStore(PASSES));
    return within(this.#database, [PASSES], mode, act);
  }
}
