// This device as a reader: what it decides with when the server is silent, and its records.
import {
  type Client, Ed25519MissingError, type Held, type KeptRecord, OfflineReader, openIndexedDbReaderStore, type paths,
  type ReaderStore, uploadRecords,
} from "@teiki/mobile-contract";
import { clockAgeSeconds, now, syncClock } from "../shared/clock";
import type { Registration } from "./device";
import { fetchList, type HeldList, isDue, keptList } from "./held";
import { validatorClient } from "./attempt";

const UPLOADING = "teiki-upload";
/** Of rejected records so many are shown at a time. */
const SHOWN = 20;

/** How things stand, for the line at the edge. */
export interface Standing {
  online: boolean;
  listIssuedAt: Date | null;
  waiting: number;
  rejected: number;
}

export class Door {
  readonly reader: OfflineReader;
  readonly client: Client<paths>;
  readonly operatorId: string;
  readonly #store: ReaderStore;
  #list: HeldList | null;
  #online = navigator.onLine;

  private constructor({ validator, key }: Registration, store: ReaderStore, list: HeldList | null) {
    this.reader = new OfflineReader({ validatorId: validator.validator_id, privateKey: key.privateKey }, store);
    this.client = validatorClient(validator.key);
    this.operatorId = validator.operator_id;
    this.#store = store;
    this.#list = list;
  }

  /** Opens the records of this device; null where this browser cannot check or keep anything. */
  static async open(registration: Registration): Promise<Door | null> {
    try {
      const store = await openIndexedDbReaderStore();
      return new Door(registration, store, await keptList());
    } catch (error) {
      console.warn("This device needs the network for every decision:", error);
      return null;
    }
  }

  /** What this reader decides with now; null before it has had a list. */
  held(): Held | null {
    return this.#list && { ...this.#list, clockAgeSeconds: clockAgeSeconds() };
  }

  /** Does what can be done while the server answers: sets the clock, fetches the list, uploads. */
  async meetServer(): Promise<void> {
    this.#online = await syncClock().catch(() => false);
    if (!this.#online) return;
    await Promise.all([this.#renewList(), this.upload()]);
  }

  async #renewList(): Promise<void> {
    if (this.#list && !isDue(this.#list)) return;
    try {
      this.#list = await fetchList(this.#list);
    } catch (error) {
      if (error instanceof Ed25519MissingError) this.#list = null;
      console.warn("The list of stopped passes is as old as it was:", error);
    }
  }

  /** Uploads what waits; of several windows only one does. What fails waits for the next time. */
  async upload(): Promise<void> {
    await navigator.locks.request(UPLOADING, { ifAvailable: true }, async (lock) => {
      if (!lock) return;
      await uploadRecords(this.#store, this.client, now()).catch((error: unknown) => {
        console.warn("Records wait for the next time:", error);
      });
    });
  }

  async standing(): Promise<Standing> {
    const [waiting, rejected] = await Promise.all([this.#store.count("waiting"), this.#store.count("rejected")]);
    return { online: this.#online, listIssuedAt: this.#list?.list.issuedAt ?? null, waiting, rejected };
  }

  rejected(): Promise<readonly KeptRecord[]> {
    return this.#store.list("rejected", SHOWN);
  }

  /** Forgets records that the server would not take; somebody has seen them. */
  forget(records: readonly KeptRecord[]): Promise<void> {
    return this.#store.remove(records);
  }
}
