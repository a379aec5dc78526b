// Keeps a code fresh: a new one every 12 seconds by the server's clock, at once when the page
// comes back to view; and new passes when those held run out, were stopped, or could be more.
import { Problem } from "@teiki/mobile-contract";
import type { Challenge } from "@teiki/mobile-contract/pass";
import { useEffect, useState } from "preact/hooks";
import { wordsOf } from "../shared/api";
import { now } from "../shared/clock";
import type { IssuedPass, Text } from "../shared/wire";
import { APP } from "./strings";
import {
  ClockSetBackError,
  codeAt,
  forgetIfStopped,
  type Held,
  heldUntil,
  holdPasses,
  passAt,
  RunOutError,
  trustClock,
} from "./wallet";

export const RENEW_MS = 12_000;
/** As often as readers fetch the list of stopped passes. */
const LOOK_MS = 5 * 60_000;

export interface LiveCode {
  pass: IssuedPass | null;
  code: { text: string; renewedAt: Date } | null;
  /** Until when the passes held last without network. */
  until: Date | null;
  offline: boolean;
  problem: Text | null;
  /** The passes are on another phone; `takeOver` moves them here. */
  elsewhere: boolean;
  takeOver: () => void;
  retry: () => void;
}

/** `challenge` is the metered ride that the rider signs for, if any. */
export function useLiveCode(holder: string, challenge: Challenge | null = null): LiveCode {
  const [held, setHeld] = useState<Held | null>(null);
  const [code, setCode] = useState<LiveCode["code"]>(null);
  const [problem, setProblem] = useState<Text | null>(null);
  const [elsewhere, setElsewhere] = useState(false);
  const failed = (error: unknown) => {
    if (error instanceof ClockSetBackError) return setBack();
    setCode(null);
    setProblem(error instanceof RunOutError ? APP.runOut : wordsOf(error));
    setElsewhere(error instanceof Problem && error.code === "other_device");
  };
  const hold = (takeOver = false) => {
    holdPasses(holder, takeOver).then((latest) => {
      setProblem(null);
      setElsewhere(false);
      setHeld(latest);
    }, failed);
  };
  // Without network nothing can be learned, and what is held goes on.
  const look = () => void forgetIfStopped().then((stopped) => stopped && hold(), () => {});
  const setBack = () => {
    setCode(null);
    trustClock().then(() => hold(), () => setProblem(APP.clockSetBack));
  };

  useEffect(() => {
    hold();
    look();
    const again = () => {
      hold();
      look();
    };
    const timer = setInterval(look, LOOK_MS);
    window.addEventListener("online", again);
    return () => {
      clearInterval(timer);
      window.removeEventListener("online", again);
    };
  }, [holder]);

  useEffect(() => {
    if (!held) return;
    const renew = () => {
      if (document.visibilityState === "hidden") return;
      const renewedAt = now();
      codeAt(renewedAt, challenge).then(
        (text) => {
          setCode(text === null ? null : { text, renewedAt });
          if (text === null) hold(); // the last day held has ended
        },
        failed,
      );
    };
    renew();
    const timer = setInterval(renew, RENEW_MS);
    document.addEventListener("visibilitychange", renew);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", renew);
    };
  }, [held]);

  return {
    pass: held && code && passAt(held.passes, code.renewedAt),
    code,
    until: held && code && heldUntil(held.passes, code.renewedAt),
    offline: held?.offline ?? false,
    problem,
    elsewhere,
    takeOver: () => hold(true),
    retry: () => hold(),
  };
}

/** Keeps the screen lit while a pass is shown, where the browser can. */
export function useWakeLock(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | null = null;
    const ask = () => {
      if (document.visibilityState === "hidden" || !("wakeLock" in navigator)) return;
      // Refused on low battery: the pass still shows, the screen only dims sooner.
      navigator.wakeLock.request("screen").then((held) => (lock = held), () => {});
    };
    ask();
    document.addEventListener("visibilitychange", ask);
    return () => {
      document.removeEventListener("visibilitychange", ask);
      void lock?.release();
    };
  }, []);
}
