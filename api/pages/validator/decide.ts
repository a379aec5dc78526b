// Let them on? The server's word if it comes in time, else this reader's own, kept and signed.
import {
  type Action, CATEGORIES, type Challenge, type Client, type Flag, type Held, type Mode, mayRetry,
  type OfflineReason, type Opened, type PassReason, type paths, REFUSALS, type RefusedHere, type Scan,
  type VerifiedPass,
} from "@teiki/mobile-contract";
import { decodeCode } from "@teiki/mobile-contract/pass";
import { now } from "../shared/clock";
import type { Authorization, AuthorizationRequest, Text } from "../shared/wire";
import { type Attempt, attempt } from "./attempt";
import type { Door } from "./door";
import { VALIDATOR } from "./strings";

/** How long a rider waits for the server before this reader decides by itself. */
const BUDGET_MS = 250;
/** Before a car sets off nobody queues behind the rider, and a hold is worth the wait. */
const HOLD_BUDGET_MS = 2_000;
/** What the server may know better: newer keys, the right time, the plan as it is by now. */
const UNSURE: ReadonlySet<PassReason | OfflineReason> = new Set([
  "unknown_issuer_key", "certificate_not_yet_valid", "certificate_expired", "code_too_old", "code_from_future",
  "mode_not_covered", "area_not_covered",
]);

/** What the screen says; `flags` only where this reader decided by itself. */
export interface Decision extends Pick<
  Authorization, "result" | "reason" | "message" | "rider_category" | "category_name" | "rider_pays"
> {
  /** The server's whole answer, where it gave one. */
  authorization: Authorization | null;
  flags: readonly Flag[] | null;
  /** Shown on paper, which anybody may carry: staff look at the category. */
  paper: boolean;
}

/** A tap with a code: a browser cannot read cards. */
export type CodeRequest = AuthorizationRequest & { code: string };

/** Nothing could be kept: without a record nobody is let on. */
export class NotKeptError extends Error {}

/** Asks the server until it has decided: for a booked ride, whose amount it must hold. */
export function askServer(client: Client<paths>, body: CodeRequest, key?: string): Attempt<Decision> {
  const asked = attempt((idempotencyKey) => client.post("/v1/authorizations", { body, idempotencyKey }), key);
  return async () => byServer(await asked(), body);
}

/** A genuine code that nothing on this device speaks against, and what it was checked with. */
interface Shown {
  scan: Scan;
  pass: VerifiedPass;
  held: Held;
  at: Date;
  idempotencyKey: string;
}

/** What differs between a door and a car. */
interface Place {
  budgetMs: number;
  /** Says that this device decided, and what follows. */
  opened: Text;
  /** The server has granted it. */
  onGranted: (shown: Shown) => Promise<void>;
  /** The server is silent. */
  alone: (shown: Shown) => Promise<Opened | RefusedHere>;
}

/** Decides at a door or a gate, with or without the server, about one code. */
export function decideAtDoor(door: Door, body: CodeRequest): Attempt<Decision> {
  return decideAt(door, body, {
    budgetMs: BUDGET_MS,
    opened: VALIDATOR.opened,
    // The server has the ride; a device that is full must not keep the rider out.
    onGranted: ({ scan, pass, held, at, idempotencyKey }) =>
      door.reader.noteOnline(scan, pass, held, at, idempotencyKey).catch(console.warn),
    alone: ({ scan, pass, held, at, idempotencyKey }) =>
      orNotKept(door.reader.decide(scan, pass, held, at, idempotencyKey)),
  });
}

/**
 * Decides before a car sets off. Without the server nothing is written down yet: the record of
 * such a ride is its end, with the price that the rider signs (`settleHere`).
 */
export function decideAtCar(door: Door, body: CodeRequest): Attempt<Decision> {
  return decideAt(door, body, {
    budgetMs: HOLD_BUDGET_MS,
    opened: VALIDATOR.ownRideBegins,
    onGranted: async () => {},
    alone: ({ scan, pass, held, at }) => door.reader.foresee(scan, pass, held, at),
  });
}

function decideAt(door: Door, body: CodeRequest, place: Place): Attempt<Decision> {
  const idempotencyKey = crypto.randomUUID();
  /** The first of a day may be let on before the list is here; this reader must know of them too. */
  const noted = async (decision: Decision): Promise<Decision> => {
    const [held, at, scan] = [door.held(), now(), scanOf(body)];
    if (!held || decision.result !== "granted") return decision;
    const pass = await door.reader.check(scan, held, at);
    if (pass.result !== "refused") await place.onGranted({ scan, pass, held, at, idempotencyKey });
    return decision;
  };
  const withoutList = askServer(door.client, body, idempotencyKey);
  return async () => {
    const held = door.held();
    if (!held) return noted(await withoutList());
    const [at, scan] = [now(), scanOf(body)];
    const pass = await door.reader.check(scan, held, at);
    if (pass.result === "refused" && !UNSURE.has(pass.reason)) return refusedHere(pass);
    const answer = await askInTime(door, body, idempotencyKey, place.budgetMs);
    if (pass.result === "refused") return answer ? byServer(answer, body) : refusedHere(pass);
    const shown = { scan, pass, held, at, idempotencyKey };
    if (answer?.result === "granted") await place.onGranted(shown);
    if (answer) return byServer(answer, body);
    const decided = await place.alone(shown);
    return decided.result === "refused" ? refusedHere(decided) : openedHere(pass, decided, place.opened);
  };
}

/** What a rider has signed at the end of a ride that the server was not asked about. */
export interface Signed {
  code: string;
  mode: Mode;
  areas: readonly number[];
  challenge: Challenge;
}

/** Checks the signed price and keeps the record of the whole ride; the server learns of it later. */
export function settleHere(door: Door, { code, mode, areas, challenge }: Signed): Attempt<Decision> {
  const { amountMinor } = challenge;
  const scan: Scan = { code, challenge, wanted: { action: "hold", mode, areas, amountMinor } };
  return async () => {
    const held = door.held();
    if (!held) throw new NotKeptError(VALIDATOR.noList.en);
    const at = now();
    const shown = await door.reader.check(scan, held, at);
    if (shown.result === "refused") return refusedHere(shown);
    const decided = await orNotKept(door.reader.decide(scan, shown, held, at, null));
    return decided.result === "refused" ? refusedHere(decided) : openedHere(shown, decided, VALIDATOR.settled);
  };
}

async function orNotKept<T>(keeping: Promise<T>): Promise<T> {
  return keeping.catch((error: unknown) => {
    throw new NotKeptError(VALIDATOR.notKept.en, { cause: error });
  });
}

/** The server's answer, or null where it is silent, slow or busy. */
async function askInTime(
  door: Door, body: CodeRequest, idempotencyKey: string, budgetMs: number,
): Promise<Authorization | null> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), budgetMs);
  try {
    const { signal } = patience;
    return await door.client.post("/v1/authorizations", { body, idempotencyKey, signal });
  } catch (error) {
    if (mayRetry(error)) return null;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function scanOf(body: CodeRequest): Scan {
  return {
    code: body.code,
    wanted: {
      action: body.action as Action,
      mode: body.mode as Mode,
      areas: body.area_numbers ?? [],
      amountMinor: body.amount?.amount_minor ?? null,
    },
    stopId: body.stop_id ?? null,
    routeId: body.route_id ?? null,
  };
}

function byServer(authorization: Authorization, { code }: CodeRequest): Decision {
  return { ...authorization, authorization, flags: null, paper: isOnPaper(code) };
}

/** Nothing signs a code on paper anew. */
function isOnPaper(text: string): boolean {
  const code = decodeCode(text);
  return code.result !== "refused" && code.shown === null;
}

function refusedHere({ reason }: RefusedHere): Decision {
  return {
    ...UNSAID,
    result: "refused",
    reason,
    message: REFUSALS[reason] ?? VALIDATOR.refused,
    flags: [],
  };
}

function openedHere({ claims }: VerifiedPass, { flags }: Opened, message: Text): Decision {
  const category = CATEGORIES[claims.riderCategory] ?? CATEGORIES[0];
  return {
    ...UNSAID,
    result: "granted",
    reason: null,
    message,
    rider_category: category.code,
    category_name: category.name,
    flags,
    paper: claims.medium === "paper",
  };
}

const UNSAID = { authorization: null, rider_category: null, category_name: null, rider_pays: null, paper: false } as const;

/** What staff should look into, in words. */
export const FLAG_WORDS: Readonly<Record<Flag, Text>> = {
  list_too_old: VALIDATOR.listTooOld,
  clock_not_set: VALIDATOR.clockNotSet,
};
