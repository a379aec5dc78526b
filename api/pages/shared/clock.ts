// What time it is for the server: the device's clock plus the offset last measured, which is
// kept for when there is no network.
import { api } from "./api";
import { latest } from "./kept";

interface Measured {
  offsetMs: number;
  simulated: boolean;
  /** When, by the device's own clock. */
  atMs: number;
}

let measured: Measured | null = null;

/** Measures the offset, or takes the one that was kept; says whether the server answered. */
export async function syncClock(): Promise<boolean> {
  const askedMs = Date.now();
  measured = await latest("clock", measure);
  return measured.atMs >= askedMs;
}

/** Half the round trip is taken as the way back. */
async function measure(): Promise<Measured> {
  const sentMs = Date.now();
  const time = await api.get("/v1/time");
  const atMs = Date.now();
  return { offsetMs: Date.parse(time.now) - (sentMs + atMs) / 2, simulated: time.simulated, atMs };
}

/** The server's time now. Before the first `syncClock` it is the device's own. */
export function now(): Date {
  return new Date(Date.now() + serverOffsetMs());
}

export function serverOffsetMs(): number {
  return measured?.offsetMs ?? 0;
}

/** How long ago the offset was measured; null if never, or where the device's clock was set back since. */
export function clockAgeSeconds(): number | null {
  const ageMs = measured ? Date.now() - measured.atMs : -1;
  return ageMs < 0 ? null : ageMs / 1_000;
}

export function timeIsSimulated(): boolean {
  return measured?.simulated ?? false;
}

/** Measures again every five minutes and whenever the page comes back to view. */
export function keepClockSynced(onFailure: () => void = () => {}): () => void {
  const again = () => {
    if (document.visibilityState === "visible") syncClock().catch(onFailure);
  };
  const timer = setInterval(again, 5 * 60_000);
  document.addEventListener("visibilitychange", again);
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", again);
  };
}
