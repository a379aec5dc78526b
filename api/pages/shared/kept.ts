// Small things this device keeps between visits, in IndexedDB: a CryptoKey that cannot be
// exported can be stored there and nowhere else.
import { mayRetry } from "@teiki/mobile-contract";

const DATABASE = "teiki";
const STORE = "kept";

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => void request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function run<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      // Resolved when the transaction is durable, not when the request was taken.
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

export async function kept<T>(name: string): Promise<T | null> {
  return ((await run("readonly", (store) => store.get(name))) as T | undefined) ?? null;
}

export async function keep<T>(name: string, value: T): Promise<void> {
  await run("readwrite", (store) => store.put(value, name));
}

export async function forget(name: string): Promise<void> {
  await run("readwrite", (store) => store.delete(name));
}

/** How long a page that was here before waits for a network that says nothing. */
const PATIENCE_MS = 3_000;

/** The answer to `ask`, kept for later; without network, or a slow one, the answer of last time. */
export async function latest<T>(name: string, ask: () => Promise<T>): Promise<T> {
  const before = await kept<T>(name).catch(() => null); // a browser may forbid storage
  const asked = ask();
  void asked.then((value) => keep(name, value)).catch(() => {});
  if (before === null) return asked;
  const patience = new Promise<T>((resolve) => setTimeout(() => resolve(before), PATIENCE_MS));
  return Promise.race([asked, patience]).catch((error: unknown) => {
    if (mayRetry(error)) return before;
    throw error;
  });
}
