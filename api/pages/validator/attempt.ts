// One attempt, one idempotency key: whatever the network does, it is decided once.
import { type Client, createClient, mayRetry, type paths, Problem } from "@teiki/mobile-contract";

const TIMEOUT_MS = 5_000;
const WAITS_MS = [400, 1_200];

/** The API, asked as this validator; unless the caller gives up sooner, it does after five seconds. */
export function validatorClient(apiKey: string): Client<paths> {
  return createClient({
    apiKey,
    fetch: (address, options) => fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS), ...options }),
  });
}

/** A request that may be sent again and again until somebody has decided it. */
export type Attempt<T> = () => Promise<T>;

export function attempt<T>(
  ask: (idempotencyKey: string) => Promise<T>, idempotencyKey: string = crypto.randomUUID(),
): Attempt<T> {
  return async () => {
    for (const wait of WAITS_MS) {
      try {
        return await ask(idempotencyKey);
      } catch (error) {
        if (!mayRetry(error)) throw error;
        await pause(Math.max(wait, retryAfterMs(error)));
      }
    }
    return ask(idempotencyKey);
  };
}

function retryAfterMs(error: unknown): number {
  return error instanceof Problem ? (error.retryAfterSeconds ?? 0) * 1_000 : 0;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
