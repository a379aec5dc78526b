// The plan a person holds, its payment, and leaving it.
import { useState } from "preact/hooks";
import { api } from "../shared/api";
import { day, lastDay, money, t } from "../shared/language";
import { useDoing } from "../shared/load";
import { Notice } from "../shared/parts";
import { named } from "../shared/strings";
import type { Me, Subscription, Town } from "../shared/wire";
import { CoveredView } from "./covered";
import { PlanCard } from "./plan-card";
import { APP, STATUSES } from "./strings";

interface Props {
  me: Me;
  town: Town;
  subscription: Subscription;
  onChange: (latest: Subscription) => void;
}

export function PlanView({ me, town, subscription, onChange }: Props) {
  const { status, amount_due, current_period_start_date: from, current_period_end_date: to } = subscription;
  return (
    <section class="stack">
      <h1>{t(APP.planNow)}</h1>
      <PlanCard plan={subscription.plan} town={town} />
      <dl class="pairs">
        <dt>{t(APP.status)}</dt>
        <dd>{t(named(STATUSES, status))}</dd>
        {from && to && <><dt>{t(APP.period)}</dt><dd>{day(from)} – {lastDay(to)}</dd></>}
        <dt>{t(APP.payment)}</dt>
        <dd>{amount_due.amount_minor > 0 ? t(APP.due(money(amount_due))) : t(APP.paid)}</dd>
        <dt>{t(APP.residentNumber)}</dt>
        <dd>{me.resident_number}</dd>
      </dl>
      <CoveredView town={town} />
      {subscription.cancel_at_period_end && to
        ? <Notice tone="look" title={t(APP.leaving(lastDay(to)))} />
        : <Leave until={to} onChange={onChange} />}
    </section>
  );
}

function Leave({ until, onChange }: { until: string | null; onChange: Props["onChange"] }) {
  const [asking, setAsking] = useState(false);
  const { busy, problem, run } = useDoing();
  const leave = () => run(async () => onChange(await api.post("/v1/me/subscription/cancel")));
  if (!asking) {
    return <button type="button" class="button danger" onClick={() => setAsking(true)}>{t(APP.leave)}</button>;
  }
  return (
    <div class="stack">
      {problem && <Notice tone="bad" title={t(problem)} />}
      <Notice tone="look" title={t(APP.leave)}>
        {t(until ? APP.leaveBody(lastDay(until)) : APP.leaveNow)}
      </Notice>
      <div class="row">
        <button type="button" class="button danger" disabled={busy} onClick={leave}>{t(APP.leaveConfirm)}</button>
        <button type="button" class="button" onClick={() => setAsking(false)}>{t(APP.leaveKeep)}</button>
      </div>
    </div>
  );
}
