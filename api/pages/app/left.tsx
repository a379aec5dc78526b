// What is left of each allowance, as bars with their numbers.
import { lastDay, money, number, t } from "../shared/language";
import { Bar } from "../shared/parts";
import { named } from "../shared/strings";
import type { Plan, Subscription, UsageLine } from "../shared/wire";
import { modeNames } from "./plan-card";
import { APP, PERIODS } from "./strings";

export function Left({ subscription }: { subscription: Subscription }) {
  const limited = new Set(subscription.usage.flatMap((line) => line.modes));
  const free = subscription.plan.modes.filter((mode) => !limited.has(mode));
  return (
    <section class="stack">
      <h2>{t(APP.leftTitle)}</h2>
      {subscription.usage.map((line) => (
        <Line key={line.allowance_id} line={line} plan={subscription.plan} />
      ))}
      {free.length > 0 && (
        <p><strong>{modeNames(free)}</strong><br />{t(APP.unlimited)}</p>
      )}
    </section>
  );
}

function Line({ line, plan }: { line: UsageLine; plan: Plan }) {
  const { currency } = plan.price;
  const period = plan.allowances.find((each) => each.allowance_id === line.allowance_id)?.period;
  const left = Math.max(0, line.limit - line.used);
  const say = (value: number) =>
    line.unit === "rides" ? number(value) : money({ amount_minor: value, currency });
  const words = line.unit === "rides" ? APP.leftRides : APP.leftAmount;
  const names = modeNames(line.modes);
  return (
    <div class="stack tight">
      <div class="row between">
        <strong>{names}{period && ` / ${t(named(PERIODS, period))}`}</strong>
        <span class="muted">{t(APP.until(lastDay(line.period_end_date)))}</span>
      </div>
      <Bar part={left} whole={line.limit} label={names} />
      <p>
        {t(words(say(left), say(line.limit)))}
        {left === 0 && <strong> {t(APP.usedUp)}</strong>}
      </p>
    </div>
  );
}
