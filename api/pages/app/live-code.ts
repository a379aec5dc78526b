// Keeps a code fresh: a new one every 12 seconds by the server's clock, at once when the
// page comes back to view, and a new pass when the day's pass has run out.
import { Problem } from "@teiki/mobile-contract";
import { useEffect, useState } from "preact/hooks";
import { wordsOf } from "../shared/api";
import { now } from "../shared/clock";
import type { IssuedPass, Text } from "../shared/wire";
import { codeAt, holdPass } from "./wallet";

export const RENEW_MS = 12_000;

export interface LiveCode {
  pass: IssuedPass | null;
  code: { text: string; renewedAt: Date } | null;
  problem: Text | null;
  /** The passes are on another phone; `takeOver` moves them here. */
  elsewhere: boolean;
  takeOver: () => void;
  retry: () => void;
}

export function useLiveCode(holder: string): LiveCode {
  const [pass, setPass] = useState<IssuedPass | null>(null);
  const [code, setCode] = useState<LiveCode["code"]>(null);
  const [problem, setProblem] = useState<Text | null>(null);
  const [elsewhere, setElsewhere] = useState(false);
  const failed = (error: unknown) => {
    setProblem(wordsOf(error));
    setElsewhere(error instanceof Problem && error.code === "other_device");
  };

  const hold = (takeOver = false) => {
    setProblem(null);
    setElsewhere(false);
    holdPass(holder, takeOver).then(setPass, failed);
  };
  useEffect(() => hold(), [holder]);

  useEffect(() => {
    if (!pass) return;
    const renew = () => {
      if (document.visibilityState === "hidden") return;
      const renewedAt = now();
      codeAt(renewedAt).then((text) => {
        setCode(text === null ? null : { text, renewedAt });
        // Without one the service day has ended: the next day's pass has another key.
        if (text === null) hold();
      }, failed);
    };
    renew();
    const timer = setInterval(renew, RENEW_MS);
    document.addEventListener("visibilitychange", renew);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", renew);
    };
  }, [pass]);

  return { pass, code, problem, elsewhere, takeOver: () => hold(true), retry: () => hold() };
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
