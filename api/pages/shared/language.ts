// Which language this person reads, and how to say a text, an amount, a day in it.
import { useEffect, useState } from "preact/hooks";
import type { Money, Text } from "./wire";

export type Language = "ja" | "en";

const KEY = "teiki_language";
const listeners = new Set<() => void>();
let current: Language = remembered();

function remembered(): Language {
  const kept = localStorage.getItem(KEY);
  if (kept === "ja" || kept === "en") return kept;
  return navigator.language.toLowerCase().startsWith("ja") ? "ja" : "en";
}

export function language(): Language {
  return current;
}

export function setLanguage(next: Language): void {
  current = next;
  localStorage.setItem(KEY, next);
  document.documentElement.lang = next;
  for (const listener of listeners) listener();
}

/** Renders the calling component again whenever the language changes. */
export function useLanguage(): Language {
  const [, redraw] = useState(0);
  useEffect(() => {
    const listener = () => redraw((count) => count + 1);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return current;
}

/** The words of a text in the reader's language. */
export function t(text: Text): string {
  return text[current];
}

const locale = () => (current === "ja" ? "ja-JP" : "en-GB");

export function number(value: number, digits = 0): string {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(value);
}

export function percent(share: number): string {
  const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return new Intl.NumberFormat(locale(), { style: "percent", ...digits }).format(share);
}

/** Digits after the point in a currency: 0 for yen, 2 for euro and real. */
export function minorDigits(currency: string): number {
  const format = new Intl.NumberFormat("en", { style: "currency", currency });
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}

export function money({ amount_minor, currency }: Money): string {
  const format = new Intl.NumberFormat(locale(), { style: "currency", currency });
  return format.format(amount_minor / 10 ** minorDigits(currency));
}

/** A service day ("2019-05-15") in words; it has no time zone. */
export function day(date: string): string {
  const options = { dateStyle: "long", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(locale(), options).format(new Date(`${date}T00:00:00Z`));
}

/** The last day of a period whose end is the first day that it no longer has. */
export function lastDay(endDate: string): string {
  const before = new Date(Date.parse(`${endDate}T00:00:00Z`) - 86_400_000);
  return day(before.toISOString().slice(0, 10));
}

/** An instant as the clock on the town's wall shows it. */
export function clockTime(at: Date, timeZone: string, seconds = false): string {
  return new Intl.DateTimeFormat(locale(), {
    hour: "2-digit",
    minute: "2-digit",
    ...(seconds ? { second: "2-digit" } : {}),
    hourCycle: "h23",
    timeZone,
  }).format(at);
}

export function dayAndTime(at: Date, timeZone: string): string {
  const options = { dateStyle: "medium", timeStyle: "short", timeZone } as const;
  return new Intl.DateTimeFormat(locale(), options).format(at);
}
