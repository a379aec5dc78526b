// What a plan gives and costs, in words: the same card when choosing and afterwards.
import type { ComponentChildren } from "preact";
import { money, number, t } from "../shared/language";
import { ModeName } from "../shared/parts";
import { modeName, named } from "../shared/strings";
import type { Allowance, Plan, RideCap, Town } from "../shared/wire";
import { APP, PERIODS } from "./strings";

export function PlanCard({ plan, town, children }: { plan: Plan; town: Town; children?: ComponentChildren }) {
  return (
    <article class="card">
      <div class="row between">
        <h2>{t(plan.name)}</h2>
        <p class="price">
          <strong>{money(plan.price)}</strong> / {t(named(PERIODS, plan.period))}
        </p>
      </div>
      {plan.concession_prices.map(({ rider_category, category_name, amount_minor }) => (
        <p key={rider_category}>
          {t(APP.concessionPrice(t(category_name), money({ amount_minor, currency: plan.price.currency })))}
        </p>
      ))}
      <p>{t(plan.description)}</p>
      <div class="row">{plan.modes.map((mode) => <ModeName key={mode} mode={mode} />)}</div>
      <Limits plan={plan} />
      <p class="muted">{t(APP.areas)}: {areaNames(plan.areas, town)}</p>
      {children}
    </article>
  );
}

function Limits({ plan }: { plan: Plan }) {
  if (plan.allowances.length + plan.ride_caps.length === 0) return null;
  return (
    <ul class="dotted">
      {plan.allowances.map((each) => <li key={each.allowance_id}>{allowanceWords(each, plan)}</li>)}
      {plan.ride_caps.map((each) => <li key={each.modes.join()}>{capWords(each, plan)}</li>)}
    </ul>
  );
}

export function modeNames(modes: readonly string[]): string {
  return modes.map((mode) => t(modeName(mode))).join(t({ ja: "・", en: ", " }));
}

export function areaNames(areas: readonly number[], town: Town): string {
  const covered = town.areas.filter((area) => areas.includes(area.area_number));
  if (covered.length === town.areas.length) return t(APP.everyArea);
  return covered.map((area) => t(area.name)).join(t({ ja: "、", en: ", " }));
}

function allowanceWords({ unit, limit, period, modes }: Allowance, plan: Plan): string {
  const names = modeNames(modes);
  const amount = { amount_minor: limit, currency: plan.price.currency };
  const words = unit === "rides"
    ? APP.allowanceRides(names, number(limit))
    : APP.allowanceAmount(names, money(amount));
  return `${t(words)} / ${t(named(PERIODS, period))}`;
}

function capWords({ modes, amount_minor, above }: RideCap, plan: Plan): string {
  const names = modeNames(modes);
  const amount = money({ amount_minor, currency: plan.price.currency });
  return t(above === "rider_pays" ? APP.capPays(names, amount) : APP.capRefuses(names, amount));
}
