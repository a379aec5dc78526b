// The signed list of stopped passes, with the issuer's keys: what this reader holds of the town.
import {
  importIssuerKeys, type IssuerKeys, MalformedError, readStatusList, type StatusList, UntrustedError,
} from "@teiki/mobile-contract/pass";
import { api } from "../shared/api";
import { now } from "../shared/clock";
import { keep, kept } from "../shared/kept";

const LIST = "status-list";
/** The browser asks whether its copy is still current (ETag) instead of taking it as it is. */
const UNKEPT = { cache: "no-cache" } as const;

/** Public keys as hexadecimal text, by key id. */
type PinnedKeys = Readonly<Record<string, string>>;

/** A list as it came, and the keys that it was checked with. */
interface KeptList {
  bytes: Uint8Array<ArrayBuffer>;
  keys: PinnedKeys;
}

/** A list that was checked, and the keys to check passes with from now on. */
export interface HeldList {
  list: StatusList;
  issuerKeys: IssuerKeys;
}

/** The list of last time, checked again; null on a device that never had one, or where it is damaged. */
export async function keptList(): Promise<HeldList | null> {
  const before = await kept<KeptList>(LIST);
  if (!before) return null;
  try {
    const list = await readStatusList(before.bytes, await importIssuerKeys(before.keys));
    return { list, issuerKeys: await list.issuerKeys() };
  } catch (error) {
    if (error instanceof MalformedError || error instanceof UntrustedError) return null;
    throw error;
  }
}

export function isDue({ list }: HeldList): boolean {
  return now().getTime() - list.issuedAt.getTime() >= list.timeToLiveSeconds * 1_000;
}

/**
 * Fetches the list and checks it by the keys that are held, or by the API's own where none of
 * them signed it: a device may have lain in a drawer while keys changed.
 */
export async function fetchList(held: HeldList | null): Promise<HeldList> {
  const answer = await fetch("/v1/passes/status", UNKEPT);
  if (!answer.ok) throw new Error(`the status list cannot be had: ${answer.status}`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const list = (held && (await readTrusted(bytes, held))) ?? (await readStatusList(bytes, await askedKeys()));
  const keys = Object.fromEntries(list.keys.map(({ kid, publicKey }) => [kid, publicKey]));
  await keep(LIST, { bytes, keys } satisfies KeptList);
  return { list, issuerKeys: await list.issuerKeys() };
}

async function readTrusted(bytes: Uint8Array<ArrayBuffer>, held: HeldList): Promise<StatusList | null> {
  try {
    return await readStatusList(bytes, held.issuerKeys, held.list.number);
  } catch (error) {
    if (error instanceof UntrustedError && error.rule === "status.kid") return null;
    throw error;
  }
}

async function askedKeys(): Promise<IssuerKeys> {
  const { items } = await api.get("/v1/passes/keys");
  return importIssuerKeys(Object.fromEntries(items.map((key) => [key.kid, key.public_key])));
}
