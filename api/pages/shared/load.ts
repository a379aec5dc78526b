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

export interface Doing {
  busy: boolean;
  problem: Text | null;
  /** Does one thing at a time: a second press while the first is under way does nothing. */
  run: (act: () => Promise<unknown>) => void;
}

/** Something a person asks to be done by pressing a button. */
export function useDoing(): Doing {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Text | null>(null);
  const run = async (act: () => Promise<unknown>) => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await act();
    } catch (error) {
      setProblem(wordsOf(error));
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, run: (act) => void run(act) };
}
