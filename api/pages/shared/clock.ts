// What time it is for the server: the device's clock plus the offset last measured, which is
// kept for when there is no network.
import { api } from "./api";
import { latest } from "./kept";

let offsetMs = 0;
let simulated = false;

/** Measures the offset; half the round trip is taken as the way back. */
export async function syncClock(): Promise<void> {
  const measured = await latest("clock", async () => {
    const sent = Date.now();
    const time = await api.get("/v1/time");
    const received = Date.now();
    return { offsetMs: Date.parse(time.now) - (sent + received) / 2, simulated: time.simulated };
  });
  offsetMs = measured.offsetMs;
  simulated = measured.simulated;
}

/** The server's time now. Before the first `syncClock` it is the device's own. */
export function now(): Date {
  return new Date(Date.now() + offsetMs);
}

export function serverOffsetMs(): number {
  return offsetMs;
}

export function timeIsSimulated(): boolean {
  return simulated;
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
