import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { createClient, mayRetry, Problem, UnreachableError } from "../src/index.js";

interface Seen {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage["headers"];
  body: string;
}

/** Runs a server that answers every request alike, and tells what it saw. */
async function withServer(
  answer: { status?: number; headers?: Record<string, string>; body?: string },
  work: (baseUrl: string, seen: Seen[]) => Promise<void>,
): Promise<void> {
  const seen: Seen[] = [];
  const listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method, url, headers } = request;
    seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(answer.status ?? 200, {
      "content-type": "application/json",
      connection: "close",
      ...answer.headers,
    });
    response.end(answer.body ?? "{}");
  };
  const server = createServer(listener).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

const TAP = { action: "tap_on", mode: "bus", code: "TK1: ", stop_id: "s1" } as const;

test("an operator's reader sends its key and the idempotency key, and no cookie's token", async () => {
  await withServer({ body: '{"result":"granted"}' }, async (baseUrl, seen) => {
    const client = createClient({ baseUrl, apiKey: "tk_secret", cookies: () => "teiki_csrf=no" });
    const answer = await client.post("/v1/authorizations", {
      body: TAP,
      idempotencyKey: "reader-1:0001",
    });
    assert.equal(answer.result, "granted");
    const [request] = seen;
    assert.deepEqual([request!.method, request!.url], ["POST", "/v1/authorizations"]);
    assert.equal(request!.headers.authorization, "Bearer tk_secret");
    assert.equal(request!.headers["idempotency-key"], "reader-1:0001");
    assert.equal(request!.headers["x-csrf-token"], undefined);
    assert.deepEqual(JSON.parse(request!.body), TAP);
  });
});

test("a page sends the token of its cookie with what changes something", async () => {
  await withServer({}, async (baseUrl, seen) => {
    const cookies = () => "other=1; teiki_csrf=a%2Bb; third=3";
    const client = createClient({ baseUrl, cookies });
    await client.get("/v1/me");
    await client.post("/v1/me/subscriptions", { body: { plan_id: "town" } });
    assert.equal(seen[0]!.headers["x-csrf-token"], undefined);
    assert.equal(seen[1]!.headers["x-csrf-token"], "a+b");
    assert.equal(seen[1]!.headers.authorization, undefined);
  });
});

test("paths and queries are filled in and escaped; what is not given is left out", async () => {
  await withServer({}, async (baseUrl, seen) => {
    const client = createClient({ baseUrl });
    await client.get("/v1/authorizations/{authorization_id}", {
      path: { authorization_id: "a/b?c" },
    });
    await client.get("/v1/authorizations", { query: { service_date: "2026-04-01" } });
    assert.deepEqual(
      seen.map(({ url }) => url),
      ["/v1/authorizations/a%2Fb%3Fc", "/v1/authorizations?service_date=2026-04-01"],
    );
  });
});

test("no content is undefined, and what is not JSON is text", async () => {
  await withServer({ status: 204 }, async (baseUrl) => {
    assert.equal(await createClient({ baseUrl }).delete("/v1/sessions/current"), undefined);
  });
  const csv = { headers: { "content-type": "text/csv; charset=utf-8" }, body: "cell_id\n1\n" };
  await withServer(csv, async (baseUrl) => {
    const client = createClient({ baseUrl });
    const text = await client.get("/v1/insights/cells.csv", { query: { run_id: "r" } });
    assert.equal(text, "cell_id\n1\n");
  });
});

test("a problem keeps its code, its words, its fields and when to try again", async () => {
  const body = {
    type: "about:blank",
    title: "Service unavailable",
    status: 503,
    code: "desk_busy",
    detail: "The desk is full.",
    message: { ja: "混み合っています。", en: "Busy. Try again." },
    request_id: "r-1",
    errors: [{ path: "mode", message: "unknown" }],
  };
  const headers = { "content-type": "application/problem+json", "retry-after": "2" };
  await withServer({ status: 503, headers, body: JSON.stringify(body) }, async (baseUrl) => {
    const problem = await rejectionOf(createClient({ baseUrl }).get("/v1/me"));
    assert.ok(problem instanceof Problem);
    assert.equal(problem.message, "503 desk_busy: The desk is full.");
    assert.deepEqual(problem.text, body.message);
    assert.deepEqual(problem.fields, body.errors);
    assert.deepEqual([problem.requestId, problem.retryAfterSeconds], ["r-1", 2]);
    assert.equal(mayRetry(problem), true);
  });
});

test("a proxy's page is a problem without words, and not one to retry", async () => {
  const answer = { status: 404, headers: { "content-type": "text/html" }, body: "<h1>gone</h1>" };
  await withServer(answer, async (baseUrl) => {
    const problem = await rejectionOf(createClient({ baseUrl }).get("/v1/me"));
    assert.ok(problem instanceof Problem);
    assert.deepEqual([problem.status, problem.code, problem.text], [404, "unreadable", null]);
    assert.equal(mayRetry(problem), false);
  });
});

test("no answer is told apart from a no", async () => {
  let closed = "";
  await withServer({}, async (baseUrl) => {
    closed = baseUrl;
  });
  const error = await rejectionOf(createClient({ baseUrl: closed }).get("/v1/me"));
  assert.ok(error instanceof UnreachableError);
  assert.equal(mayRetry(error), true);
});

test("an answer cut off in the middle counts as no answer", async () => {
  await withServer({ body: '{"result":' }, async (baseUrl) => {
    const error = await rejectionOf(createClient({ baseUrl }).get("/v1/me"));
    assert.ok(error instanceof UnreachableError);
  });
});

async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => assert.fail("it was resolved"),
    (error: unknown) => error,
  );
}
