import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type components,
  fromBase64Url,
  MemoryReaderStore,
  UnreachableError,
  uploadRecords,
} from "../src/index.js";
import { later, MORNING, VALIDATOR } from "./reading.js";

type UploadView = components["schemas"]["UploadView"];

/** A server that takes records by their first byte, and may lose or reject some. */
class Server {
  readonly taken = new Set<number>();
  readonly uploads: number[][] = [];
  rejects = new Map<number, "bad_record_signature">();

  post = async (_: string, { body }: { body: { records: { record: string }[] } }) => {
    const sequences = body.records.map(({ record }) => fromBase64Url(record)[0]!);
    this.uploads.push(sequences);
    return { items: sequences.map((sequence) => this.#take(sequence)), validators: this.#reader() };
  };

  #take(sequence: number): UploadView["items"][number] {
    const reason = this.rejects.get(sequence) ?? null;
    const known = this.taken.has(sequence);
    if (!reason) this.taken.add(sequence);
    return {
      validator_id: reason ? null : VALIDATOR,
      sequence: reason ? null : sequence,
      record_id: null,
      result: reason ? "rejected" : known ? "duplicate" : "accepted",
      reason,
      outcome: null,
    };
  }

  #reader(): UploadView["validators"] {
    const last = Math.max(0, ...this.taken);
    const missing = Array.from({ length: last }, (_, index) => index + 1)
      .filter((sequence) => !this.taken.has(sequence))
      .map((sequence) => ({ from_sequence: sequence, to_sequence: sequence }));
    return last === 0
      ? []
      : [{ validator_id: VALIDATOR, last_sequence: last, missing_sequences: missing }];
  }
}

const upload = (store: MemoryReaderStore, server: Pick<Server, "post">, now = MORNING) =>
  uploadRecords(store, server as unknown as Parameters<typeof uploadRecords>[1], now);

async function keep(store: MemoryReaderStore, ...sequences: readonly number[]): Promise<void> {
  for (const sequence of sequences) {
    const kept = await store.append({
      validatorId: VALIDATOR,
      sequence,
      body: Uint8Array.of(sequence),
      signature: new Uint8Array(64),
      certificateHash: "c1",
      letIn: { counter: sequence, action: "tap_on", mode: "bus", at: MORNING, online: false },
      certificateEndsAt: later(1440),
    });
    assert.equal(kept, true);
  }
}

test("nothing waiting asks nothing", async () => {
  const server = new Server();
  assert.deepEqual(await upload(new MemoryReaderStore(), server), { sent: 0, rejected: 0 });
  assert.deepEqual(server.uploads, []);
});

test("each record is kept until it is answered, and what is rejected stays for staff to see", async () => {
  const [store, server] = [new MemoryReaderStore(), new Server()];
  server.rejects.set(2, "bad_record_signature");
  await keep(store, 1, 2, 3);
  assert.deepEqual(await upload(store, server), { sent: 2, rejected: 1 });
  assert.equal(await store.count("waiting"), 0);
  const [rejected] = await store.list("rejected", 9);
  assert.deepEqual([rejected!.sequence, rejected!.reason], [2, "bad_record_signature"]);
  assert.deepEqual(await upload(store, server), { sent: 0, rejected: 0 });
  await store.remove([rejected!]);
  assert.equal(await store.count("rejected"), 0);
});

test("without an answer everything waits for the next time", async () => {
  const [store, server] = [new MemoryReaderStore(), new Server()];
  await keep(store, 1, 2);
  // The records arrive and the answer is lost.
  const lossy = {
    post: async (...call: Parameters<Server["post"]>) => {
      await server.post(...call);
      throw new UnreachableError(null);
    },
  } as Pick<Server, "post">;
  await assert.rejects(upload(store, lossy), UnreachableError);
  assert.equal(await store.count("waiting"), 2);
  assert.deepEqual(await upload(store, server), { sent: 2, rejected: 0 });
});

test("many go in batches, the oldest first", async () => {
  const [store, server] = [new MemoryReaderStore(), new Server()];
  server.post = async (_, { body }) => {
    server.uploads.push(body.records.map(() => 0));
    const receipt = { result: "accepted", reason: null } as UploadView["items"][number];
    return { items: body.records.map(() => receipt), validators: [] };
  };
  await keep(store, ...Array.from({ length: 600 }, (_, index) => index + 1));
  assert.deepEqual(await upload(store, server), { sent: 600, rejected: 0 });
  assert.deepEqual(server.uploads.map(({ length }) => length), [250, 250, 100]);
});

test("a server restored from its backup gets again what it has lost", async () => {
  const [store, server] = [new MemoryReaderStore(), new Server()];
  await keep(store, 1, 2, 3, 4);
  await upload(store, server);
  for (const lost of [2, 4]) server.taken.delete(lost);
  await keep(store, 5);
  assert.deepEqual(await upload(store, server, later(60)), { sent: 3, rejected: 0 });
  assert.deepEqual([...server.taken].sort(), [1, 2, 3, 4, 5]);
  assert.deepEqual(server.uploads.slice(1), [[5], [2, 4]]);
});

test("a server that never has enough is asked twice, not for ever", async () => {
  const [store, server] = [new MemoryReaderStore(), new Server()];
  const post = server.post;
  server.post = async (...call) => {
    const answer = await post(...call);
    server.taken.delete(1);
    return { ...answer, validators: [{ validator_id: VALIDATOR, last_sequence: 2, missing_sequences: [{ from_sequence: 1, to_sequence: 1 }] }] };
  };
  await keep(store, 1, 2);
  assert.deepEqual(await upload(store, server), { sent: 3, rejected: 0 });
  assert.equal(await store.count("waiting"), 1);
});

test("what was sent is kept for three days, and who was let in until the pass is over", async () => {
  const [store, server] = [new MemoryReaderStore(), new Server()];
  await keep(store, 1);
  await upload(store, server);
  await upload(store, server, later(1440 * 2));
  assert.equal(await store.count("sent"), 1);
  assert.equal((await store.read(VALIDATOR, "c1")).past.length, 1);
  await upload(store, server, later(1440 * 3 + 1));
  assert.equal(await store.count("sent"), 0);
  const { past, lastSequence } = await store.read(VALIDATOR, "c1");
  assert.deepEqual([past.length, lastSequence], [0, 1]);
});

test("a receipt too few is no answer", async () => {
  const store = new MemoryReaderStore();
  await keep(store, 1);
  const mute = { post: async () => ({ items: [], validators: [] }) };
  await assert.rejects(upload(store, mute as unknown as Server), /did not answer/);
  assert.equal(await store.count("waiting"), 1);
});

test("the number after the last is taken once, and no other", async () => {
  const store = new MemoryReaderStore();
  await keep(store, 1);
  const entry = { validatorId: VALIDATOR, body: new Uint8Array(), signature: new Uint8Array(), certificateHash: "", letIn: null, certificateEndsAt: MORNING };
  for (const sequence of [0, 1, 3]) assert.equal(await store.append({ ...entry, sequence }), false);
  assert.equal(await store.count("waiting"), 1);
});
