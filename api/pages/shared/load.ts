// Something a view needs from the API: on its way, there, or not to be had.
import { useEffect, useState } from "preact/hooks";
import { wordsOf } from "./api";
import type { Text } from "./wire";

export interface Loaded<T> {
  value: T | null;
  problem: Text | null;
  /** Asks again; what is shown stays until the new answer is there. */
  again: () => void;
}

/** Loads at first and whenever one of `on` changes; null from `load` means there is nothing to ask. */
export function useLoaded<T>(load: () => Promise<T> | null, on: readonly unknown[] = []): Loaded<T> {
  const [loaded, setLoaded] = useState<Omit<Loaded<T>, "again">>({ value: null, problem: null });
  const [asked, setAsked] = useState(0);
  useEffect(() => setLoaded({ value: null, problem: null }), on);
  useEffect(() => {
    let left = false;
    load()?.then(
      (value) => !left && setLoaded({ value, problem: null }),
      (error: unknown) => !left && setLoaded({ value: null, problem: wordsOf(error) }),
    );
    return () => {
      left = true;
    };
  }, [...on, asked]);
  return { ...loaded, again: () => setAsked((count) => count + 1) };
}
