// Joining: one decision a step. Name, then plan, then payment at the desk.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type FieldProblem, Problem } from "@teiki/mobile-contract";
import { api } from "../shared/api";
import { money, t } from "../shared/language";
import { useDoing, useLoaded } from "../shared/load";
import { Failure } from "../shared/mount";
import { Field, Notice } from "../shared/parts";
import { SHARED } from "../shared/strings";
import type { Me, Subscription, Town } from "../shared/wire";
import { useChanges } from "./changes";
import { PaymentPage } from "./payment-page";
import { PlanCard } from "./plan-card";
import { APP } from "./strings";

const POLL_MS = 4_000;

function Step({ at, title, children }: { at: number; title: string; children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  // The next question begins at its top, for eyes and for screen readers.
  useEffect(() => {
    if (at === 1) return;
    window.scrollTo(0, 0);
    heading.current?.focus();
  }, [at]);
  return (
    <main class="column stack">
      <div class="stack tight">
        <p class="muted">{t(APP.step(at))}</p>
        <ol class="steps" aria-hidden="true">
          {[1, 2, 3].map((each) => <li key={each} class={each <= at ? "done" : ""} />)}
        </ol>
        <h1 ref={heading} tabindex={-1}>{title}</h1>
      </div>
      {children}
    </main>
  );
}

export function JoinName({ onJoined }: { onJoined: (me: Me) => void }) {
  const { busy, problem, run } = useDoing();
  const [fields, setFields] = useState<readonly FieldProblem[]>([]);
  const [nameMissing, setNameMissing] = useState(false);

  const join = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const display_name = String(form.get("name")).trim();
    const email = String(form.get("email")).trim() || null;
    setNameMissing(display_name === "");
    if (display_name === "") return;
    run(async () => {
      try {
        onJoined(await api.post("/v1/residents", { body: { display_name, email } }));
      } catch (error) {
        setFields(error instanceof Problem ? error.fields : []);
        throw error;
      }
    });
  };
  const wrong = (path: string) =>
    fields.find((field) => field.path.endsWith(path))?.message ?? null;

  return (
    <Step at={1} title={t(APP.nameTitle)}>
      {problem && <Notice tone="bad" title={t(problem)} />}
      <form class="stack" onSubmit={join} noValidate>
        <Field label={t(APP.name)} hint={t(APP.nameHint)} need="required"
          problem={nameMissing ? t(APP.nameMissing) : wrong("display_name")}>
          {(ids) => <input {...ids} name="name" autocomplete="name" required />}
        </Field>
        <Field label={t(APP.email)} hint={t(APP.emailHint)} problem={wrong("email")} need="optional">
          {(ids) => <input {...ids} name="email" type="email" autocomplete="email" />}
        </Field>
        <button class="button primary wide" disabled={busy}>{t(APP.next)}</button>
      </form>
      <aside class="card">
        <h2 class="small">{t(APP.haveLink)}</h2>
        <p>{t(APP.haveLinkBody)}</p>
        <a class="button" href="/sign-in">{t(APP.openLink)}</a>
      </aside>
    </Step>
  );
}

export function ChoosePlan({ town, onChosen }: { town: Town; onChosen: (chosen: Subscription) => void }) {
  const { value, problem, again } = useLoaded(() => api.get("/v1/plans"));
  const { busy, problem: refused, run } = useDoing();
  const plans = value?.items;
  const choose = (plan_id: string) =>
    run(async () => onChosen(await api.post("/v1/me/subscriptions", { body: { plan_id } })));

  return (
    <Step at={2} title={t(APP.planTitle)}>
      {problem && <Failure text={problem} again={again} />}
      {refused && <Notice tone="bad" title={t(refused)} />}
      {!plans && !problem && <p role="status">{t(SHARED.loading)}</p>}
      {plans?.length === 0 && <Notice title={t(APP.noPlans)} />}
      {plans?.map((plan) => (
        <PlanCard key={plan.plan_id} plan={plan} town={town}>
          <button type="button" class="button primary wide" disabled={busy} onClick={() => choose(plan.plan_id)}>
            {t(APP.choosePlan)}
          </button>
        </PlanCard>
      ))}
    </Step>
  );
}

export function WaitForPayment({ me, town, subscription, onChange }: {
  me: Me;
  town: Town;
  subscription: Subscription;
  onChange: (latest: Subscription) => void;
}) {
  // A failed poll is only a late one: the next asks again.
  const ask = () => api.get("/v1/me/subscription").then(onChange, () => {});
  useChanges(ask);
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && ask(), POLL_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <Step at={3} title={t(town.takes_bank_cards ? APP.payTitleEither : APP.payTitle)}>
      {town.takes_bank_cards && (
        <section class="card stack">
          <p>{t(APP.payByCardBody)}</p>
          <PaymentPage path="/v1/me/subscription/checkout" primary>{t(APP.payByCard)}</PaymentPage>
        </section>
      )}
      {town.takes_bank_cards && <h2>{t(APP.payAtDesk)}</h2>}
      <p>{t(APP.payBody)}</p>
      <dl class="card pay">
        <dt>{t(APP.residentNumber)}</dt>
        <dd class="big-number">{me.resident_number}</dd>
        <dt>{t(APP.amountDue)}</dt>
        <dd class="amount">{money(subscription.amount_due)}</dd>
        <dt>{t(APP.planNow)}</dt>
        <dd>{t(subscription.plan.name)}</dd>
      </dl>
      <p class="row waiting" role="status"><span class="pulse" />{t(APP.waiting)}</p>
    </Step>
  );
}
