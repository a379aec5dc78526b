// Hears from the server when something of this person's has changed: paid, rode, revoked.
import { useEffect, useRef } from "preact/hooks";

/** Calls back with what changed. A lost message only costs a delay: nothing hangs on it. */
export function useChanges(onChange: (changed: string) => void): void {
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => {
    const events = new EventSource("/v1/me/events");
    events.addEventListener("changed", (event: MessageEvent<string>) => {
      latest.current((JSON.parse(event.data) as { changed: string }).changed);
    });
    return () => events.close();
  }, []);
}
