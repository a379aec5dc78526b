// The line at the edge: is the server there, and is this device's clock right?
import { useEffect, useState } from "preact/hooks";
import { now, serverOffsetMs, syncClock, timeIsSimulated } from "../shared/clock";
import { Icon } from "../shared/icons";
import { clockTime, language, t } from "../shared/language";
import type { Town, Validator } from "../shared/wire";
import { VALIDATOR } from "./strings";

const ASK_EVERY_MS = 20_000;
/** Below this a code's 50 s window is not touched. */
const CLOCK_TOLERANCE_MS = 5_000;

export function Edge({ town, validator }: { town: Town; validator: Validator }) {
  const online = useOnline();
  const [at, setAt] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setAt(now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <footer class={online ? "edge" : "edge offline"}>
      <span role="status">
        <Icon name={online ? "check" : "cross"} /> {t(online ? VALIDATOR.online : VALIDATOR.offline)}
      </span>
      <span>{clockTime(at, town.time_zone, true)} {clockWords()}</span>
      <span class="who">{validator.name}・{t(validator.operator_name)}</span>
    </footer>
  );
}

/** Asked of the server, not of the browser: a network without our server is no network. */
function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const ask = () => syncClock().then(() => setOnline(true), () => setOnline(false));
    const gone = () => setOnline(false);
    const timer = setInterval(ask, ASK_EVERY_MS);
    window.addEventListener("online", ask);
    window.addEventListener("offline", gone);
    return () => {
      clearInterval(timer);
      window.removeEventListener("online", ask);
      window.removeEventListener("offline", gone);
    };
  }, []);
  return online;
}

function clockWords(): string {
  if (timeIsSimulated()) return t(VALIDATOR.clockSimulated);
  const offset = -serverOffsetMs();
  if (Math.abs(offset) <= CLOCK_TOLERANCE_MS) return t(VALIDATOR.clockRight);
  return t(VALIDATOR.clockOff(durationWords(offset)));
}

const UNITS = [["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000], ["second", 1_000]] as const;

/** The offset in its largest whole unit, with its sign: "+3 min", "-2,381 days". */
function durationWords(ms: number): string {
  const [unit, length] = UNITS.find(([, each]) => Math.abs(ms) >= each) ?? UNITS[3];
  return new Intl.NumberFormat(language(), {
    style: "unit", unit, unitDisplay: "short", signDisplay: "exceptZero", maximumFractionDigits: 0,
  }).format(ms / length);
}
