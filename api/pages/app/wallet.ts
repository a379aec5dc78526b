// The passes on this phone: a key made here for each day's certificate, a week ahead, and what
// the API said about them in words. A private key can sign and can never be read.
import { createClient, mayRetry } from "@teiki/mobile-contract";
import {
  type Challenge,
  createDeviceKey,
  type DeviceKey,
  fromBase64Url,
  importIssuerKeys,
  openIndexedDbStore,
  readStatusList,
  signPassRequest,
  toBase64Url,
  Wallet,
} from "@teiki/mobile-contract/pass";
import { api } from "../shared/api";
import { now } from "../shared/clock";
import { forget, keep, kept } from "../shared/kept";
import type { IssuedPass } from "../shared/wire";
import { APP } from "./strings";

const ISSUED = "issued-passes";
const PHONE = "phone-key";
const LAST_SHOWN = "last-shown";
/** Today and the seven days after it. */
const DAYS = 8;
/** How old what is held may be before the days that have come within reach are fetched too. */
const TOP_UP_MS = 6 * 3_600_000;
/** A clock may be set right by a little; a code never says an earlier time than the one before. */
const SET_RIGHT_MS = 30_000;
const DAY_MS = 86_400_000;

interface Issued {
  /** The resident number: a phone that changes hands must not show the last one's passes. */
  holder: string;
  passes: readonly IssuedPass[];
  askedAt: number;
}

/** The passes that are held, and whether the network was missing when more were wanted. */
export interface Held {
  passes: readonly IssuedPass[];
  offline: boolean;
}

/** No pass is left, and the network is missing for more. */
export class RunOutError extends Error {}

/** The phone's clock says a time before the last code's: nobody would take a code made now. */
export class ClockSetBackError extends Error {}

/** A resident's passes for today and the days ahead: those that are kept, or new ones.
 *  `takeOver` moves the passes here from another phone, which then stops working. */
export async function holdPasses(holder: string, takeOver = false): Promise<Held> {
  await checkClock(now());
  const wallet = await openWallet();
  const issued = await kept<Issued>(ISSUED);
  const mine = issued?.holder === holder && !takeOver ? issued : null;
  if (issued && !mine) await wallet.clear();
  if (mine && !isDue(mine)) return { passes: mine.passes, offline: false };
  try {
    return { passes: await renew(wallet, holder, mine?.passes ?? [], takeOver), offline: false };
  } catch (error) {
    if (!mine || !mayRetry(error)) throw error;
    if (!passAt(mine.passes, now())) throw new RunOutError(APP.runOut.en);
    return { passes: mine.passes, offline: true };
  }
}

/** The pass that is valid at an instant, if one is held. */
export function passAt(passes: readonly IssuedPass[], at: Date): IssuedPass | null {
  return passes.find((pass) => new Date(pass.valid_from_at) <= at && at < new Date(pass.valid_until_at)) ?? null;
}

/** Until when somebody can ride with what is held, each day's pass following on the last. */
export function heldUntil(passes: readonly IssuedPass[], at: Date): Date | null {
  let until = passAt(passes, at)?.valid_until_at ?? null;
  for (const pass of passes) {
    if (until !== null && pass.valid_from_at <= until && until < pass.valid_until_at) until = pass.valid_until_at;
  }
  return until === null ? null : new Date(until);
}

function isDue({ passes, askedAt }: Issued): boolean {
  const at = now();
  const until = heldUntil(passes, at);
  if (!until) return true;
  const daysAhead = (until.getTime() - at.getTime()) / DAY_MS;
  return daysAhead < DAYS - 1 && at.getTime() - askedAt > TOP_UP_MS;
}

async function renew(
  wallet: Wallet, holder: string, before: readonly IssuedPass[], takeOver: boolean,
): Promise<readonly IssuedPass[]> {
  const at = now();
  await wallet.forgetExpired(at);
  const phone = await enrolledPhone(holder, takeOver);
  const valid = passAt(before, at) ? before.filter((pass) => at < new Date(pass.valid_until_at)) : [];
  const fetched = valid.length < DAYS ? await fetchPasses(wallet, phone, valid) : [];
  const passes = [...valid, ...fetched];
  await keep(ISSUED, { holder, passes, askedAt: at.getTime() } satisfies Issued);
  return passes;
}

/** Fetches passes for the days after the last one held, or from today on. */
async function fetchPasses(
  wallet: Wallet, phone: DeviceKey, valid: readonly IssuedPass[],
): Promise<readonly IssuedPass[]> {
  const keys = await Promise.all(Array.from({ length: DAYS - valid.length }, createDeviceKey));
  const points = keys.map((key) => key.publicKey);
  const last = valid.at(-1);
  const body = {
    device_public_keys: points.map(toBase64Url),
    signature: toBase64Url(await signPassRequest(points, phone.privateKey)),
    first_date: last ? dayAfter(last.service_date) : null,
  };
  const passes = (await api.post("/v1/me/passes", { body })).items;
  for (const [index, pass] of passes.entries()) {
    const key = keys[index];
    if (key) await wallet.add(fromBase64Url(pass.certificate), key);
  }
  return passes;
}

function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
}

/** The key that this phone is known by to its resident: made once, kept when passes change. */
async function enrolledPhone(holder: string, takeOver: boolean): Promise<DeviceKey> {
  const known = await kept<{ holder: string; key: DeviceKey }>(PHONE);
  const key = known?.holder === holder ? known.key : await createDeviceKey();
  await keep(PHONE, { holder, key });
  const body = { public_key: toBase64Url(key.publicKey), replace: takeOver };
  await api.post("/v1/me/devices", { body });
  return key;
}

/** Not from the browser's cache, which may be half a minute behind. */
const UNKEPT = { cache: "no-cache" } as const;
const unkept = createClient({ fetch: (address, options) => fetch(address, { ...options, ...UNKEPT }) });

/** Forgets the passes if any was stopped, or was signed with a key that is trusted no more;
 *  says whether. Without network nothing is known, and nothing happens. */
export async function forgetIfStopped(): Promise<boolean> {
  const { items } = await unkept.get("/v1/passes/keys");
  const keys = await importIssuerKeys(Object.fromEntries(items.map((key) => [key.kid, key.public_key])));
  const answer = await fetch("/v1/passes/status", UNKEPT);
  if (!answer.ok) return false;
  const status = await readStatusList(new Uint8Array(await answer.arrayBuffer()), keys);
  if ((await (await openWallet()).forgetStopped(status)) === 0) return false;
  await forgetPasses();
  return true;
}

/** The code to show at an instant of the server's time, or null when no pass is valid then. */
export async function codeAt(at: Date, challenge: Challenge | null = null): Promise<string | null> {
  const shownAt = Math.max(await checkClock(at), at.getTime());
  await keep(LAST_SHOWN, shownAt);
  const shown = await (await openWallet()).present(new Date(shownAt), challenge);
  return shown?.text ?? null;
}

/** When the last code was shown; ClockSetBackError if it is still earlier now. */
async function checkClock(at: Date): Promise<number> {
  const last = (await kept<number>(LAST_SHOWN)) ?? 0;
  if (last - at.getTime() > SET_RIGHT_MS) throw new ClockSetBackError(APP.clockSetBack.en);
  return last;
}

/** Takes the earlier time for right, if the API can be asked for it. The passes shown so far
 *  are given up: with the same pass, a code of an earlier time looks like a copied key. */
export async function trustClock(): Promise<void> {
  await api.get("/v1/time");
  await forgetPasses();
  await forget(LAST_SHOWN);
}

/** Forgets passes and keys: on signing out, and when they were stopped. */
export async function forgetPasses(): Promise<void> {
  await (await openWallet()).clear();
  await forget(ISSUED);
}

let wallet: Promise<Wallet> | null = null;

function openWallet(): Promise<Wallet> {
  wallet ??= openIndexedDbStore().then((store) => new Wallet(store));
  return wallet;
}
