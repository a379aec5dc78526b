// Keeps a code fresh: a new one every 12 seconds by the server's clock, at once when the
// page comes back to view, and a new pass when the day's pass has run out.
import { useEffect, useState } from "preact/hooks";
import { Problem } from "../shared/api";
import { now } from "../shared/clock";
import { UNREACHABLE } from "../shared/strings";
import type { Text } from "../shared/wire";
import { type HeldPass, holdPass } from "./wallet";

export const RENEW_MS = 12_000;

export interface LiveCode {
  pass: HeldPass | null;
  text: string | null;
  renewedAt: Date | null;
  problem: Problem | null;
  retry: () => void;
}

export function useLiveCode(holder: string): LiveCode {
  const [pass, setPass] = useState<HeldPass | null>(null);
  const [code, setCode] = useState<{ text: string; at: Date } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);

  const hold = () => {
    setProblem(null);
    holdPass(holder).then(setPass, (error) => setProblem(asProblem(error)));
  };
  useEffect(hold, [holder]);

  useEffect(() => {
    if (!pass) return;
    const renew = () => {
      if (document.visibilityState === "hidden") return;
      const at = now();
      if (at >= pass.validUntil) return hold();
      pass.present(at).then((text) => setCode({ text, at }), (error) => setProblem(asProblem(error)));
    };
    renew();
    const timer = setInterval(renew, RENEW_MS);
    document.addEventListener("visibilitychange", renew);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", renew);
    };
  }, [pass]);

  return { pass, text: code?.text ?? null, renewedAt: code?.at ?? null, problem, retry: hold };
}

function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, "device", deviceText(error));
}

/** The browser's own refusals (storage blocked, key store away) keep their words. */
function deviceText(error: unknown): Text {
  if (!(error instanceof Error)) return UNREACHABLE;
  return { ja: `この端末でパスの鍵を使えません（${error.message}）`, en: `This device cannot use the pass key (${error.message})` };
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
