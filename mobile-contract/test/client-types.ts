// What the compiler must refuse; never run. A mistake that compiles makes `tsc` fail here.
import { createClient } from "../src/index.js";

const TAP = { action: "tap_on", mode: "bus", code: "TK1: ", stop_id: "s1" } as const;
const client = createClient();

export async function mistakes(): Promise<void> {
  // @ts-expect-error: an unknown path
  await client.get("/v1/unknown");
  // @ts-expect-error: a path without this method
  await client.get("/v1/me/subscriptions");
  // @ts-expect-error: no idempotency key
  await client.post("/v1/authorizations", { body: TAP });
  // @ts-expect-error: an unknown action
  await client.post("/v1/authorizations", { body: { ...TAP, action: "wave" }, idempotencyKey: "k" });
  // @ts-expect-error: an idempotency key where none is read
  await client.get("/v1/me", { idempotencyKey: "k" });
  // @ts-expect-error: a path parameter is missing
  await client.get("/v1/authorizations/{authorization_id}");
  // @ts-expect-error: the answer has no such field
  (await client.get("/v1/me")).surname;
}
