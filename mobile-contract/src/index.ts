// What a mobile app or a reader may rely on: the API's types, a small client, and the pass TK1.
export { type Client, type ClientOptions, createClient } from "./client.js";
export * from "./pass/index.js";
export { type FieldProblem, mayRetry, Problem, type Text, UnreachableError } from "./problem.js";
export type { components, paths } from "./schema.js";
