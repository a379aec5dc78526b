// Records on their way to the server: in batches, as often as needed, until each was answered.
import type { Client } from "../client.js";
import { toBase64Url } from "../pass/bytes.js";
import type { components, paths } from "../schema.js";
import type { Answered, KeptRecord, ReaderStore, SequenceRange } from "./store.js";

type UploadView = components["schemas"]["UploadView"];

// The API takes 500, and bodies of a million bytes: so many of the longest records fit.
const BATCH = 250;
const DAY_MS = 86_400_000;
/** A server that is restored from its last backup asks again for what it lost since. */
const KEPT_AFTER_SENDING_MS = 3 * DAY_MS;

export interface Uploaded {
  readonly sent: number;
  readonly rejected: number;
}

/**
 * Uploads what waits, with the key of a reader or system of the same operator. Rejects when the
 * API is out of reach or says no to the upload as a whole; what was answered until then counts.
 */
export async function uploadRecords(
  store: ReaderStore,
  client: Pick<Client<paths>, "post">,
  now: Date,
): Promise<Uploaded> {
  const first = await uploadWaiting(store, client, now);
  // Once more for what the server has lost; what it still misses then waits for the next time.
  const again = first.lost > 0 ? await uploadWaiting(store, client, now) : { sent: 0, rejected: 0 };
  await store.forgetBefore(new Date(now.getTime() - KEPT_AFTER_SENDING_MS), new Date(now.getTime() - DAY_MS));
  return { sent: first.sent + again.sent, rejected: first.rejected + again.rejected };
}

async function uploadWaiting(store: ReaderStore, client: Pick<Client<paths>, "post">, now: Date) {
  const done = { sent: 0, rejected: 0, lost: 0 };
  let latest: UploadView | null = null;
  for (;;) {
    const batch = await store.list("waiting", BATCH);
    if (batch.length === 0) break;
    latest = await client.post("/v1/offline-records", { body: { records: batch.map(wire) } });
    const answers = answersOf(batch, latest);
    await store.answered(answers, now);
    const rejected = answers.filter(({ state }) => state === "rejected").length;
    done.rejected += rejected;
    done.sent += answers.length - rejected;
  }
  for (const reader of latest?.validators ?? []) {
    done.lost += await store.askedAgain(reader.validator_id, missingOf(reader));
  }
  return done;
}

function wire({ body, signature }: KeptRecord) {
  return { record: toBase64Url(body), signature: toBase64Url(signature) };
}

/** The receipts come in the order of the upload: a rejected one may not name its record. */
function answersOf(batch: readonly KeptRecord[], { items }: UploadView): Answered[] {
  if (items.length !== batch.length) throw new Error("the API did not answer for every record");
  return batch.map(({ validatorId, sequence }, index) => {
    const { result, reason } = items[index]!;
    const state = result === "rejected" ? "rejected" : "sent";
    return { validatorId, sequence, state, reason };
  });
}

function missingOf(reader: UploadView["validators"][number]): SequenceRange[] {
  const inside = reader.missing_sequences.map((range) => ({
    from: range.from_sequence,
    to: range.to_sequence,
  }));
  return [...inside, { from: reader.last_sequence + 1, to: null }];
}
