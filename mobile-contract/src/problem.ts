// What went wrong when the API gave no answer: its own words, or none at all.

export interface Text {
  readonly ja: string;
  readonly en: string;
}

export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

/**
 * The API said no (application/problem+json, RFC 9457). A refused ride is not one of these: that
 * is an answer. `code` is stable and part of the contract; `text` is for the person.
 */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly text: Text | null;
  readonly requestId: string | null;
  readonly fields: readonly FieldProblem[];
  readonly retryAfterSeconds: number | null;

  constructor(status: number, body: ProblemBody, retryAfterSeconds: number | null) {
    super(`${status} ${body.code ?? "unreadable"}: ${body.detail ?? body.title ?? ""}`);
    this.name = "Problem";
    this.status = status;
    this.code = body.code ?? "unreadable";
    this.text = body.message ?? null;
    this.requestId = body.request_id ?? null;
    this.fields = body.errors ?? [];
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** No answer came: nobody knows whether the request was carried out. */
export class UnreachableError extends Error {
  constructor(cause: unknown) {
    super("the API could not be reached", { cause });
    this.name = "UnreachableError";
  }
}

/** May the same request, with the same idempotency key, be sent again? */
export function mayRetry(error: unknown): boolean {
  return error instanceof UnreachableError || (error instanceof Problem && error.status === 503);
}

interface ProblemBody {
  readonly title?: string;
  readonly code?: string;
  readonly detail?: string;
  readonly message?: Text;
  readonly request_id?: string;
  readonly errors?: readonly FieldProblem[];
}

/** Reads an answer that is not a success; a proxy's page of HTML becomes code `unreadable`. */
export async function problemOf(response: Response): Promise<Problem> {
  const seconds = Number.parseInt(response.headers.get("retry-after") ?? "", 10);
  const isProblem = (response.headers.get("content-type") ?? "").includes("json");
  const body: unknown = isProblem ? await response.json().catch(() => null) : null;
  const known = typeof body === "object" && body !== null ? (body as ProblemBody) : {};
  return new Problem(response.status, known, Number.isNaN(seconds) ? null : seconds);
}
