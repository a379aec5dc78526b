// Let them on? The server's word if it comes in time, else this reader's own, kept and signed.
import {
  type Action, CATEGORIES, type Client, type Flag, type Mode, mayRetry, type OfflineReason, type PassReason, type paths, REFUSALS,
  type RefusedHere, type Scan, type VerifiedPass,
} from "@teiki/mobile-contract";
import { now } from "../shared/clock";
import type { Authorization, AuthorizationRequest, Text } from "../shared/wire";
import { type Attempt, attempt } from "./attempt";
import type { Door } from "./door";
import { VALIDATOR } from "./strings";

/** How long a rider waits for the server before this reader decides by itself. */
const BUDGET_MS = 250;
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
}

/** Nothing could be kept: without a record nobody is let on. */
export class NotKeptError extends Error {}

/** Asks the server until it has decided: for a booked ride, whose amount it must hold. */
export function askServer(client: Client<paths>, body: AuthorizationRequest): Attempt<Decision> {
  const asked = attempt((idempotencyKey) => client.post("/v1/authorizations", { body, idempotencyKey }));
  return async () => byServer(await asked());
}

/** Decides at a door or a gate, with or without the server, about one code. */
export function decideAtDoor(door: Door, body: AuthorizationRequest): Attempt<Decision> {
  const idempotencyKey = crypto.randomUUID();
  const withoutList = askServer(door.client, body);
  return async () => {
    const held = door.held();
    if (!held) return withoutList();
    const at = now();
    const scan = scanOf(body);
    const shown = await door.reader.check(scan, held, at);
    if (shown.result === "refused" && !UNSURE.has(shown.reason)) return refusedHere(shown);
    const answer = await askInTime(door, body, idempotencyKey);
    if (answer) {
      if (answer.result === "granted" && shown.result === "verified") {
        // The server has the ride; a device that is full must not keep the rider out.
        await door.reader.noteOnline(scan, shown, held, at, idempotencyKey).catch(console.warn);
      }
      return byServer(answer);
    }
    if (shown.result === "refused") return refusedHere(shown);
    const decided = await door.reader.decide(scan, shown, held, at, idempotencyKey).catch((error: unknown) => {
      throw new NotKeptError(VALIDATOR.notKept.en, { cause: error });
    });
    return decided.result === "refused" ? refusedHere(decided) : openedHere(shown, decided.flags);
  };
}

/** The server's answer, or null where it is silent, slow or busy. */
async function askInTime(
  door: Door, body: AuthorizationRequest, idempotencyKey: string,
): Promise<Authorization | null> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), BUDGET_MS);
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

function scanOf(body: AuthorizationRequest): Scan {
  return {
    code: body.code,
    wanted: {
      action: body.action as Action,
      mode: body.mode as Mode,
      areas: body.area_numbers ?? [],
      amountMinor: null,
    },
    stopId: body.stop_id ?? null,
    routeId: body.route_id ?? null,
  };
}

function byServer(authorization: Authorization): Decision {
  return { ...authorization, authorization, flags: null };
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

function openedHere({ claims }: VerifiedPass, flags: readonly Flag[]): Decision {
  const category = CATEGORIES[claims.riderCategory] ?? CATEGORIES[0];
  return {
    ...UNSAID,
    result: "granted",
    reason: null,
    message: VALIDATOR.opened,
    rider_category: category.code,
    category_name: category.name,
    flags,
  };
}

const UNSAID = { authorization: null, rider_category: null, category_name: null, rider_pays: null } as const;

/** What staff should look into, in words. */
export const FLAG_WORDS: Readonly<Record<Flag, Text>> = {
  list_too_old: VALIDATOR.listTooOld,
  clock_not_set: VALIDATOR.clockNotSet,
};
