// How a page asks the API, and how it tells a person that something went wrong.
import { createClient, Problem, UnreachableError } from "@teiki/mobile-contract";
import { SHARED } from "./strings";
import type { Text } from "./wire";

/** The API, asked as the person who is signed in with this browser. */
export const api = createClient();

/** A sentence for whatever was thrown: the API's own words where it gave any. */
export function wordsOf(error: unknown): Text {
  if (error instanceof UnreachableError) return SHARED.unreachable;
  if (error instanceof Problem) return error.text ?? SHARED.unreadable(error.status);
  return SHARED.broken(error instanceof Error ? error.message : String(error));
}

/** Whether the API refused with this status. */
export function isStatus(error: unknown, ...statuses: readonly number[]): boolean {
  return error instanceof Problem && statuses.includes(error.status);
}

/** The answer, or null where the API says `status`: not signed in, not there. */
export async function nullOn<T>(status: number, answer: Promise<T>): Promise<T | null> {
  return answer.catch((error: unknown) => {
    if (isStatus(error, status)) return null;
    throw error;
  });
}
