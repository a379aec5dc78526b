// The line at the edge: is the server there, how old is what this device holds, is its clock right?
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { clockAgeSeconds, now, serverOffsetMs, timeIsSimulated } from "../shared/clock";
import { Icon } from "../shared/icons";
import { clockTime, language, t } from "../shared/language";
import type { Town, Validator } from "../shared/wire";
import type { Standing } from "./door";
import { VALIDATOR } from "./strings";

/** Below this a code's 50 s window is not touched. */
const CLOCK_TOLERANCE_MS = 5_000;
/** From here on the rules for old lists and clocks hold (docs/offline-records.md). */
const OLD_MS = 86_400_000;

export function Edge({ town, validator, standing }: {
  town: Town;
  validator: Validator;
  /** Null where this device can decide nothing without the server. */
  standing: Standing | null;
}) {
  const at = useTime();
  const online = standing?.online ?? navigator.onLine;
  return (
    <footer class={online ? "edge" : "edge offline"} data-list={standing?.listIssuedAt ? "held" : "none"}>
      <span role="status">
        <Icon name={online ? "check" : "cross"} /> {t(online ? VALIDATOR.online : VALIDATOR.offline)}
      </span>
      <span>{clockTime(at, town.time_zone, true)} {clockWords()}</span>
      {standing ? <Records standing={standing} at={at} /> : <Worry>{t(VALIDATOR.onlineOnly)}</Worry>}
      <span class="who">{validator.name}・{t(validator.operator_name)}</span>
    </footer>
  );
}

function Records({ standing, at }: { standing: Standing; at: Date }) {
  const { listIssuedAt, waiting, rejected } = standing;
  const ageMs = listIssuedAt && Math.max(0, at.getTime() - listIssuedAt.getTime());
  return (
    <>
      {ageMs === null && <Worry>{t(VALIDATOR.noList)}</Worry>}
      {ageMs !== null && (ageMs > OLD_MS
        ? <Worry>{t(VALIDATOR.listAge(durationWords(-ageMs)))}</Worry>
        : <span>{t(VALIDATOR.listAge(durationWords(-ageMs)))}</span>)}
      {waiting > 0 && <span data-waiting={waiting}>{t(VALIDATOR.recordsWaiting(waiting))}</span>}
      {rejected > 0 && <Worry>{t(VALIDATOR.recordsRejected(rejected))}</Worry>}
    </>
  );
}

/** Something to look into: by its sign and weight, not by colour alone. */
function Worry({ children }: { children: ComponentChildren }) {
  return <strong class="worry"><Icon name="look" /> {children}</strong>;
}

function useTime(): Date {
  const [at, setAt] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setAt(now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return at;
}

function clockWords(): string {
  const ageSeconds = clockAgeSeconds();
  if (ageSeconds === null) return t(VALIDATOR.clockUnknown);
  if (ageSeconds * 1_000 > OLD_MS) return t(VALIDATOR.clockAge(durationWords(-ageSeconds * 1_000)));
  if (timeIsSimulated()) return t(VALIDATOR.clockSimulated);
  const offset = -serverOffsetMs();
  if (Math.abs(offset) <= CLOCK_TOLERANCE_MS) return t(VALIDATOR.clockRight);
  return t(VALIDATOR.clockOff(offsetWords(offset)));
}

const UNITS = [["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000], ["second", 1_000]] as const;

function largestUnit(ms: number) {
  return UNITS.find(([, each]) => Math.abs(ms) >= each) ?? UNITS[3];
}

/** The offset in its largest whole unit, with its sign: "+3 min", "-2,381 days". */
function offsetWords(ms: number): string {
  const [unit, length] = largestUnit(ms);
  return new Intl.NumberFormat(language(), {
    style: "unit", unit, unitDisplay: "short", signDisplay: "exceptZero", maximumFractionDigits: 0,
  }).format(ms / length);
}

/** How long ago: "3 min ago". */
function durationWords(ms: number): string {
  const [unit, length] = largestUnit(ms);
  return new Intl.RelativeTimeFormat(language(), { style: "short" }).format(Math.trunc(ms / length), unit);
}
