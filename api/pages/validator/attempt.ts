// One attempt, one idempotency key: whatever the network does, it is decided once.
import { call, Problem } from "../shared/api";

const TIMEOUT_MS = 5_000;
const WAITS_MS = [400, 1_200];

export interface Attempt<T> {
  send: () => Promise<T>;
}

/** A request that may be sent again and again until somebody has decided it. */
export function attempt<T>(bearer: string, path: string, body: unknown): Attempt<T> {
  const idempotencyKey = crypto.randomUUID();
  const once = () =>
    call<T>("POST", path, { bearer, idempotencyKey, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
  return {
    async send() {
      for (const wait of WAITS_MS) {
        try {
          return await once();
        } catch (error) {
          if (!(error instanceof Problem) || !error.undecided) throw error;
          await pause(Math.max(wait, (error.retryAfterSeconds ?? 0) * 1_000));
        }
      }
      return once();
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
