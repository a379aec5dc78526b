// Who stands at the counter: found by number, or enrolled.
import { api } from "../shared/api";
import { t } from "../shared/language";
import { useDoing } from "../shared/load";
import { Field, Notice } from "../shared/parts";
import { typed } from "./form";
import { useIntention } from "./intention";
import { DESK } from "./strings";
import type { Person } from "./wire";

type OnFound = (person: Person) => void;

export function Find({ onFound }: { onFound: OnFound }) {
  return (
    <main class="desk-columns">
      <ByNumber onFound={onFound} />
      <Enrol onFound={onFound} />
    </main>
  );
}

function ByNumber({ onFound }: { onFound: OnFound }) {
  const { busy, problem, run } = useDoing();
  const find = (event: SubmitEvent) => {
    const resident_number = typed(event, "number");
    if (!resident_number) return;
    run(async () => onFound(await api.get("/v1/desk/residents", { query: { resident_number } })));
  };
  return (
    <section class="card">
      <h1>{t(DESK.findTitle)}</h1>
      {problem && <Notice tone="bad" title={t(problem)} />}
      <form class="stack" onSubmit={find}>
        <Field label={t(DESK.number)} hint={t(DESK.numberHint)}>
          {(ids) => <input {...ids} name="number" autocomplete="off" autofocus required maxlength={40} />}
        </Field>
        <button class="button primary" disabled={busy}>{t(DESK.find)}</button>
      </form>
      <Notice tone="look" title={t(DESK.logged)} />
    </section>
  );
}

function Enrol({ onFound }: { onFound: OnFound }) {
  const { busy, problem, run } = useDoing();
  const enrol = useIntention((idempotencyKey) =>
    api.post("/v1/desk/enrolments", { body: { display_name: name.current }, idempotencyKey }));
  const name = { current: "" };
  const submit = (event: SubmitEvent) => {
    name.current = typed(event, "name");
    if (name.current) run(async () => onFound(await enrol()));
  };
  return (
    <section class="card">
      <h2>{t(DESK.enrolTitle)}</h2>
      <p>{t(DESK.enrolBody)}</p>
      {problem && <Notice tone="bad" title={t(problem)} />}
      <form class="stack" onSubmit={submit}>
        <Field label={t(DESK.name)}>
          {(ids) => <input {...ids} name="name" autocomplete="off" required maxlength={120} />}
        </Field>
        <button class="button" disabled={busy}>{t(DESK.enrol)}</button>
      </form>
    </section>
  );
}
