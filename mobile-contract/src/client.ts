// Asks the API, with the types of openapi.json: a session cookie in a page, an API key elsewhere.
import type { Answer, Method, Operation, OptionsArgument, PathWith } from "./operations.js";
import { Problem, problemOf, UnreachableError } from "./problem.js";
import type { paths } from "./schema.js";

const CSRF_COOKIE = "teiki_csrf";

export interface ClientOptions {
  /** Where the API is, without a slash at the end; the page's own origin when left out. */
  readonly baseUrl?: string;
  /** `tk_...`: sent as a bearer token, and no cookie then. */
  readonly apiKey?: string;
  /** Another `fetch`, say with a timeout. */
  readonly fetch?: typeof fetch;
  /** The cookies that scripts may read, `document.cookie` when left out. */
  readonly cookies?: () => string;
}

type Call<Paths, M extends Method> = <P extends PathWith<Paths, M>>(
  path: P,
  ...options: OptionsArgument<Operation<Paths, P, M>>
) => Promise<Answer<Operation<Paths, P, M>>>;

export interface Client<Paths> {
  readonly get: Call<Paths, "get">;
  readonly post: Call<Paths, "post">;
  readonly patch: Call<Paths, "patch">;
  readonly delete: Call<Paths, "delete">;
}

/** Every method rejects with `Problem` when the API says no, `UnreachableError` when it is silent. */
export function createClient(options: ClientOptions = {}): Client<paths> {
  const call = (method: Method) => (path: string, request?: RequestParts) =>
    send(options, method, path, request ?? {});
  // The types of openapi.json are checked where a call is written; at run time all calls are one.
  return {
    get: call("get"),
    post: call("post"),
    patch: call("patch"),
    delete: call("delete"),
  } as Client<paths>;
}

interface RequestParts {
  readonly path?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

async function send(
  options: ClientOptions,
  method: Method,
  path: string,
  request: RequestParts,
): Promise<unknown> {
  try {
    const response = await (options.fetch ?? fetch)(
      (options.baseUrl ?? "") + address(path, request),
      {
        method: method.toUpperCase(),
        headers: headers(options, method, request),
        credentials: options.apiKey === undefined ? "same-origin" : "omit",
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        ...(request.signal ? { signal: request.signal } : {}),
      },
    );
    return await answerOf(response);
  } catch (error) {
    throw error instanceof Problem ? error : new UnreachableError(error);
  }
}

async function answerOf(response: Response): Promise<unknown> {
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined;
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  return isJson ? response.json() : response.text();
}

function address(path: string, { path: values = {}, query = {} }: RequestParts): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(values[name])),
  );
  const known = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const search = new URLSearchParams(known.map(([name, value]) => [name, String(value)]));
  return known.length ? `${filled}?${search}` : filled;
}

function headers(options: ClientOptions, method: Method, request: RequestParts): Headers {
  const sent = new Headers({ accept: "application/json" });
  if (request.body !== undefined) sent.set("content-type", "application/json");
  if (request.idempotencyKey) sent.set("idempotency-key", request.idempotencyKey);
  if (options.apiKey !== undefined) sent.set("authorization", `Bearer ${options.apiKey}`);
  else if (method !== "get") sent.set("x-csrf-token", csrfToken(options));
  return sent;
}

function csrfToken({ cookies = () => globalThis.document?.cookie ?? "" }: ClientOptions): string {
  const start = `${CSRF_COOKIE}=`;
  const cookie = cookies().split("; ").find((each) => each.startsWith(start));
  return cookie ? decodeURIComponent(cookie.slice(start.length)) : "";
}
