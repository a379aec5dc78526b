// How a page asks the API, and how it learns that something went wrong.
import { UNREACHABLE } from "./strings";
import type { Text } from "./wire";

export interface FieldError { path: string; message: string }

/** An answer that is not the one asked for; `text` is a sentence for the person. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly text: Text,
    readonly fields: readonly FieldError[] = [],
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(`${code}: ${text.en}`);
  }

  /** Nothing was decided: the same request may be sent again. */
  get undecided(): boolean {
    return this.status === 0 || this.status === 503;
  }
}

export interface CallOptions {
  query?: Record<string, string>;
  body?: unknown;
  /** A validator's key; with it no cookie is sent. */
  bearer?: string;
  idempotencyKey?: string;
  signal?: AbortSignal;
}

/** Sends one request; resolves with the JSON body, rejects with a `Problem`. */
export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  const query = new URLSearchParams(options.query).toString();
  let response: Response;
  try {
    response = await fetch(query ? `${path}?${query}` : path, {
      method,
      headers: headersOf(method, options),
      credentials: options.bearer ? "omit" : "same-origin",
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
  } catch {
    throw new Problem(0, "unreachable", UNREACHABLE);
  }
  if (!response.ok) throw await problemOf(response);
  return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
}

function headersOf(method: string, options: CallOptions): Headers {
  const headers = new Headers({ accept: "application/json" });
  if (options.body !== undefined) headers.set("content-type", "application/json");
  if (options.idempotencyKey) headers.set("idempotency-key", options.idempotencyKey);
  if (options.bearer) headers.set("authorization", `Bearer ${options.bearer}`);
  else if (method !== "GET") headers.set("x-csrf-token", cookie("teiki_csrf"));
  return headers;
}

function cookie(name: string): string {
  const pair = document.cookie.split("; ").find((each) => each.startsWith(`${name}=`));
  return pair ? decodeURIComponent(pair.slice(name.length + 1)) : "";
}

async function problemOf(response: Response): Promise<Problem> {
  const retryAfter = Number(response.headers.get("retry-after")) || null;
  const body = await response.json().catch(() => null);
  return new Problem(
    response.status,
    body?.code ?? "unreadable",
    body?.message ?? UNREACHABLE,
    body?.errors ?? [],
    retryAfter,
  );
}
