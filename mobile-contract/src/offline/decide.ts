// May this reader open without asking? The pure part of what a reader does, in the order of
// docs/offline-records.md. Check the code itself first, with `verifyPass`; afterwards keep a
// signed record, and only then open.
import type { PassClaims } from "../pass/certificate.js";
import { type PassReason, type Refused, refuse } from "../pass/reasons.js";
import { type Mode, refuseUncovered } from "../pass/verify.js";

const PASS_BACK_MS = 180_000;
const LONGEST_AGE_SECONDS = 86_400;
const METERED: readonly Mode[] = ["taxi", "rideshare"];
const OPENING: readonly Action[] = ["tap_on", "gate_in", "hold"];

export type Action = "tap_on" | "tap_off" | "gate_in" | "gate_out" | "hold";

export const OFFLINE_REASONS = [
  "area_unknown",
  "pass_revoked",
  "code_already_used",
  "pass_back",
  "list_too_old",
  "clock_not_set",
  "over_offline_cap",
  "amount_missing",
] as const;

export type OfflineReason = (typeof OFFLINE_REASONS)[number];
export type RefusedHere = Refused<PassReason | OfflineReason>;

/** What staff should look into where the door opens all the same. */
export type Flag = "list_too_old" | "clock_not_set";

/** What a genuine code says of itself, as far as a decision needs it. */
export interface ShownPass {
  readonly claims: Pick<PassClaims, "modes" | "areas" | "offlineCaps">;
  /** Null on paper. */
  readonly counter: number | null;
}

/** What the rider wants at this reader. A metered ride says where it goes and its price. */
export interface Wanted {
  readonly action: Action;
  readonly mode: Mode;
  readonly areas: readonly number[];
  readonly amountMinor: number | null;
}

/** What the reader holds about this pass, and how old it is. */
export interface Knowledge {
  /** Whether the status list stops this pass. */
  readonly revoked: boolean;
  /** Null without a status list. */
  readonly listIssuedAt: Date | null;
  /** Since the clock was last set from a trusted source; null if never. */
  readonly clockAgeSeconds: number | null;
}

/** A code of this certificate that this reader has opened for; `online` on the server's word. */
export interface LetIn {
  readonly counter: number | null;
  readonly action: Action;
  readonly mode: Mode;
  readonly at: Date;
  readonly online: boolean;
}

export interface Opened {
  readonly result: "opened";
  readonly why: "within_cap" | "leaving";
  readonly flags: readonly Flag[];
}

/** Whether this begins a ride, rather than ends one. */
export function opensRide(action: Action): boolean {
  return OPENING.includes(action);
}

/** Whether a meter makes the price, which the rider must have signed. */
export function isMetered(mode: Mode): boolean {
  return METERED.includes(mode);
}

/** Decides on a genuine, fresh code without network; `past` is of this certificate alone. */
export function decideOffline(
  shown: ShownPass,
  wanted: Wanted,
  known: Knowledge,
  past: readonly LetIn[],
  now: Date,
): Opened | RefusedHere {
  const refused = refuseForSure(shown, wanted, known, past, now);
  if (refused) return refused;
  if (!opensRide(wanted.action)) return { result: "opened", why: "leaving", flags: [] };
  const flags = staleness(known, now);
  return (
    (isMetered(wanted.mode) ? refuseStale(flags) : null) ??
    refuseOverCap(shown, wanted, past) ?? { result: "opened", why: "within_cap", flags }
  );
}

/**
 * What a reader refuses whether it can reach the server or not: asking would change nothing.
 * Who wants to leave is let out, but with a stopped, foreign or used code.
 */
export function refuseForSure(
  shown: ShownPass,
  wanted: Wanted,
  known: Knowledge,
  past: readonly LetIn[],
  now: Date,
): RefusedHere | null {
  const uncovered = refuseUncovered(shown.claims, wanted.mode, wanted.areas);
  if (uncovered) return uncovered;
  if (isMetered(wanted.mode) && wanted.areas.length === 0) {
    return refuse("area_unknown", "certificate.areas");
  }
  if (known.revoked) return refuse("pass_revoked", "status_list");
  if (shown.counter !== null && past.some(({ counter }) => counter === shown.counter)) {
    return refuse("code_already_used", "pass:counter");
  }
  // Either way round: a clock may have been set back in between.
  const isSoon = ({ action, at }: LetIn) =>
    opensRide(action) && Math.abs(now.getTime() - at.getTime()) < PASS_BACK_MS;
  if (opensRide(wanted.action) && past.some(isSoon)) return refuse("pass_back", "pass:pass_back");
  return null;
}

/** Whether the list or the clock is too old to rely on, now. */
export function staleness(known: Omit<Knowledge, "revoked">, now: Date): readonly Flag[] {
  const { listIssuedAt, clockAgeSeconds } = known;
  const listAgeSeconds = listIssuedAt && (now.getTime() - listIssuedAt.getTime()) / 1000;
  const flags: Flag[] = [];
  if (listAgeSeconds === null || listAgeSeconds > LONGEST_AGE_SECONDS) flags.push("list_too_old");
  if (clockAgeSeconds === null || clockAgeSeconds > LONGEST_AGE_SECONDS) {
    flags.push("clock_not_set");
  }
  return flags;
}

function refuseStale([flag]: readonly Flag[]): RefusedHere | null {
  return flag === undefined ? null : refuse(flag, "offline:metered");
}

/** Key 7 of the certificate: rides at one reader, and one metered ride up to an amount. */
function refuseOverCap(
  { claims }: ShownPass,
  { mode, amountMinor }: Wanted,
  past: readonly LetIn[],
): RefusedHere | null {
  const rides = past.filter((ride) => opensRide(ride.action) && !ride.online);
  const caps = claims.offlineCaps;
  if (rides.length >= caps.rides) return refuse("over_offline_cap", "offline_caps:rides");
  if (!isMetered(mode)) return null;
  if (amountMinor === null) return refuse("amount_missing", "offline_caps:metered");
  if (amountMinor > caps.amountMinor || rides.some((ride) => isMetered(ride.mode))) {
    return refuse("over_offline_cap", "offline_caps:metered");
  }
  return null;
}
