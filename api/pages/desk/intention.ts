// One intention, one idempotency key: pressing again after an answer was lost does it once.
import { useRef } from "preact/hooks";

/** Runs `ask` with a key that stays the same until it has succeeded. */
export function useIntention<T>(ask: (idempotencyKey: string) => Promise<T>): () => Promise<T> {
  const key = useRef(crypto.randomUUID());
  return async () => {
    const answer = await ask(key.current);
    key.current = crypto.randomUUID();
    return answer;
  };
}
