// What each operation of the API takes and gives, read off the types generated from openapi.json.

export type Method = "get" | "post" | "patch" | "delete";

/** The paths that have this method. */
export type PathWith<Paths, M extends Method> = {
  [P in keyof Paths]: Paths[P] extends { [K in M]: object } ? P : never;
}[keyof Paths] &
  string;

export type Operation<Paths, P extends keyof Paths, M extends Method> = Paths[P] extends {
  [K in M]: infer O;
}
  ? O
  : never;

type Parameters<O, Place extends string> = O extends { parameters: { [K in Place]?: infer T } }
  ? Exclude<T, undefined>
  : never;

type JsonBody<O> = O extends { requestBody: { content: { "application/json": infer B } } }
  ? B
  : never;

/** A property that exists only where the operation has it, and is required where any part of
 * it is. */
type Part<Name extends string, T> = [T] extends [never]
  ? { readonly [K in Name]?: never }
  : object extends T
    ? { readonly [K in Name]?: T }
    : { readonly [K in Name]: T };

type IdempotencyKey<O> = Parameters<O, "header"> extends infer H
  ? [H] extends [never]
    ? never
    : H extends { "Idempotency-Key": infer Key }
      ? Key
      : never
  : never;

export type Options<O> = Part<"path", Parameters<O, "path">> &
  Part<"query", Parameters<O, "query">> &
  Part<"body", JsonBody<O>> &
  Part<"idempotencyKey", IdempotencyKey<O>> & { readonly signal?: AbortSignal };

/** Options may be left out altogether when nothing in them is required. */
export type OptionsArgument<O> =
  object extends Options<O> ? [options?: Options<O>] : [options: Options<O>];

type ContentOf<R> = R extends { content: infer C } ? C[keyof C] : undefined;

type Responses<O> = O extends { responses: infer R } ? R : never;

/** What an answer of status 200 or 201 carries; undefined for 204. */
export type Answer<O> = {
  [S in keyof Responses<O>]: S extends 200 | 201
    ? ContentOf<Responses<O>[S]>
    : S extends 204
      ? undefined
      : never;
}[keyof Responses<O>];
