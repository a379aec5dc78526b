// Changing to another plan, where a bank card is charged: which, and from when.
import { useState } from "preact/hooks";
import { api } from "../shared/api";
import { money, t } from "../shared/language";
import { useDoing, useLoaded } from "../shared/load";
import { Notice } from "../shared/parts";
import type { Subscription } from "../shared/wire";
import { APP } from "./strings";

const TIMINGS = { now: APP.changeNow, next_invoice: APP.changeNextInvoice, next_period: APP.changeNextPeriod } as const;
type Timing = keyof typeof TIMINGS;

export function ChangePlan({ held, onChange }: { held: Subscription; onChange: (latest: Subscription) => void }) {
  const { value } = useLoaded(() => api.get("/v1/plans"));
  const [plan_id, setPlan] = useState("");
  const [timing, setTiming] = useState<Timing>("next_period");
  const { busy, problem, run } = useDoing();
  const others = (value?.items ?? []).filter((plan) => held.next_plan || plan.plan_id !== held.plan.plan_id);
  if (others.length === 0) return null;
  const change = (event: Event) => {
    event.preventDefault();
    run(async () => onChange(await api.post("/v1/me/subscription/change", { body: { plan_id, timing } })));
  };
  return (
    <details class="card change-plan">
      <summary>{t(APP.changePlan)}</summary>
      <form class="stack" onSubmit={change}>
        {problem && <Notice tone="bad" title={t(problem)} />}
        <fieldset class="stack choice">
          <legend>{t(APP.changeTo)}</legend>
          {others.map((plan) => (
            <label key={plan.plan_id}>
              <input type="radio" name="plan" required checked={plan.plan_id === plan_id}
                onChange={() => setPlan(plan.plan_id)} /> {t(plan.name)} ({money(plan.price)})
            </label>
          ))}
        </fieldset>
        <fieldset class="stack choice">
          <legend>{t(APP.changeWhen)}</legend>
          {(Object.keys(TIMINGS) as Timing[]).map((each) => (
            <label key={each}>
              <input type="radio" name="timing" checked={each === timing} onChange={() => setTiming(each)} />
              {" "}{t(TIMINGS[each])}
            </label>
          ))}
        </fieldset>
        <button class="button primary" disabled={busy || !plan_id}>{t(APP.changeGo)}</button>
      </form>
    </details>
  );
}
