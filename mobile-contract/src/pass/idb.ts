// The little of IndexedDB that the stores here need: requests as promises, and work that counts
// as done only when it is on disk.

export function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Opens a database, making its stores first; rejects where the browser forbids storage. */
export async function openDatabase(
  name: string,
  version: number,
  make: (database: IDBDatabase) => void,
): Promise<IDBDatabase> {
  const opening = indexedDB.open(name, version);
  opening.onupgradeneeded = () => make(opening.result);
  const database = await done(opening);
  // Another window wants to change it, or to delete it: it need not wait for this one.
  database.onversionchange = () => database.close();
  return database;
}

/**
 * Does work in one transaction: all of it or nothing. Resolves when it is on disk, so that what
 * was promised before a crash holds after it. In `work`, await nothing but requests.
 */
export async function within<T>(
  database: IDBDatabase,
  stores: readonly string[],
  mode: IDBTransactionMode,
  work: (transaction: IDBTransaction) => Promise<T>,
): Promise<T> {
  const transaction = database.transaction([...stores], mode, { durability: "strict" });
  const finished = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
  const working = work(transaction).catch((error: unknown) => {
    abort(transaction);
    throw error;
  });
  const [result] = await Promise.all([working, finished]);
  return result;
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It has ended already: a request that fails ends its transaction by itself.
  }
}
