// The plan a person holds, its payment, and leaving it.
import { useState } from "preact/hooks";
import { api } from "../shared/api";
import { day, lastDay, money, t } from "../shared/language";
import { useDoing } from "../shared/load";
import { Notice } from "../shared/parts";
import { named } from "../shared/strings";
import type { Me, Subscription, Town } from "../shared/wire";
import { ChangePlan } from "./change-plan";
import { CoveredView } from "./covered";
import { Pause } from "./pause";
import { PaymentPage } from "./payment-page";
import { PlanCard } from "./plan-card";
import { Receipts } from "./receipts";
import { APP, STATUSES } from "./strings";

interface Props {
  me: Me;
  town: Town;
  subscription: Subscription;
  onChange: (latest: Subscription) => void;
}

export function PlanView({ me, town, subscription, onChange }: Props) {
  const { status, amount_due, current_period_start_date: from, current_period_end_date: to } = subscription;
  const byCard = subscription.collection === "card";
  return (
    <section class="stack">
      <h1>{t(APP.planNow)}</h1>
      {byCard && status === "past_due" && <CardFailed until={subscription.covered_until_date} />}
      <PlanCard plan={subscription.plan} town={town} />
      {subscription.next_plan && to && (
        <Notice tone="look" title={t(APP.changesTo(t(subscription.next_plan.name), day(to)))} />
      )}
      <dl class="pairs">
        <dt>{t(APP.status)}</dt>
        <dd>{t(named(STATUSES, status))}</dd>
        {from && to && <><dt>{t(APP.period)}</dt><dd>{day(from)} – {lastDay(to)}</dd></>}
        <dt>{t(APP.payment)}</dt>
        <dd>{byCard ? t(APP.paidByCard) : atDesk(amount_due)}</dd>
        <dt>{t(APP.residentNumber)}</dt>
        <dd>{me.resident_number}</dd>
      </dl>
      <CoveredView town={town} />
      <Receipts key={subscription.paid_until_date} town={town} />
      {byCard && <ChangePlan held={subscription} onChange={onChange} />}
      {byCard && status !== "past_due" && (
        <PaymentPage path="/v1/me/subscription/bank-card">{t(APP.changeCard)}</PaymentPage>
      )}
      {byCard && <Pause held={subscription} onChange={onChange} />}
      {subscription.cancel_at_period_end && to
        ? <Leaving until={to} byCard={byCard} onChange={onChange} />
        : <Leave held={subscription} onChange={onChange} />}
    </section>
  );
}

function atDesk(due: Subscription["amount_due"]): string {
  return t(due.amount_minor > 0 ? APP.due(money(due)) : APP.paid);
}

function CardFailed({ until }: { until: string | null }) {
  return (
    <Notice tone="look" title={t(APP.cardFailed)}>
      {until && <p>{t(APP.cardFailedBody(lastDay(until)))}</p>}
      <PaymentPage path="/v1/me/subscription/bank-card" primary>{t(APP.changeCard)}</PaymentPage>
    </Notice>
  );
}

function Leaving({ until, byCard, onChange }: { until: string; byCard: boolean; onChange: Props["onChange"] }) {
  const { busy, problem, run } = useDoing();
  const stay = () => run(async () => onChange(await api.post("/v1/me/subscription/keep")));
  return (
    <>
      {problem && <Notice tone="bad" title={t(problem)} />}
      <Notice tone="look" title={t(APP.leaving(lastDay(until)))} />
      {byCard && <button type="button" class="button" disabled={busy} onClick={stay}>{t(APP.stay)}</button>}
    </>
  );
}

function Leave({ held, onChange }: { held: Subscription; onChange: Props["onChange"] }) {
  const until = held.current_period_end_date;
  const byCard = held.collection === "card";
  const [asking, setAsking] = useState(false);
  const { busy, problem, run } = useDoing();
  const leave = (at_once: boolean) => run(async () => {
    onChange(await api.post("/v1/me/subscription/cancel", { query: { at_once } }));
  });
  if (!asking) {
    return <button type="button" class="button danger" onClick={() => setAsking(true)}>{t(APP.leave)}</button>;
  }
  return (
    <div class="stack">
      {problem && <Notice tone="bad" title={t(problem)} />}
      <Notice tone="look" title={t(APP.leave)}>
        {t(until ? APP.leaveBody(lastDay(until)) : APP.leaveNow)}
        {byCard && <p>{t(held.plan.refund === "none" ? APP.leaveTodayNothing : APP.leaveTodayBack)}</p>}
      </Notice>
      <div class="row">
        <button type="button" class="button danger" disabled={busy} onClick={() => leave(false)}>
          {t(APP.leaveConfirm)}
        </button>
        {byCard && (
          <button type="button" class="button danger" disabled={busy} onClick={() => leave(true)}>
            {t(APP.leaveToday)}
          </button>
        )}
        <button type="button" class="button" onClick={() => setAsking(false)}>{t(APP.leaveKeep)}</button>
      </div>
    </div>
  );
}
