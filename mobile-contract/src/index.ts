// What a mobile app or a reader may rely on: the API's types, a small client, the pass TK1, and
// what a reader does without network.
export { type Client, type ClientOptions, createClient } from "./client.js";
export * from "./offline/index.js";
export * from "./pass/index.js";
export { type FieldProblem, mayRetry, Problem, type Text, UnreachableError } from "./problem.js";
export type { components, paths } from "./schema.js";
export { CATEGORIES, type Category, REFUSALS } from "./words.js";
