// Which plan somebody wants; until it is paid it can be changed.
import { api } from "../shared/api";
import { money, t } from "../shared/language";
import { useDoing, useLoaded } from "../shared/load";
import { Failure } from "../shared/mount";
import { ModeName, Notice } from "../shared/parts";
import type { DoProps } from "./person";
import { DESK } from "./strings";

export function ChoosePlan({ person, onChange }: DoProps) {
  const { value, problem, again } = useLoaded(() => api.get("/v1/plans"));
  const { busy, problem: refused, run } = useDoing();
  const { resident_number } = person;
  const choose = (plan_id: string) =>
    run(async () => onChange(await api.post("/v1/desk/subscriptions", { body: { resident_number, plan_id } })));
  return (
    <div class="stack">
      {problem && <Failure text={problem} again={again} />}
      {refused && <Notice tone="bad" title={t(refused)} />}
      {value?.items.map((plan) => (
        <article key={plan.plan_id} class="card">
          <div class="row between">
            <h3>{t(plan.name)}</h3>
            <strong>{money(plan.price)}</strong>
          </div>
          <p>{t(plan.description)}</p>
          <div class="row">{plan.modes.map((mode) => <ModeName key={mode} mode={mode} />)}</div>
          <button type="button" class="button primary" disabled={busy} onClick={() => choose(plan.plan_id)}
            aria-label={`${t(plan.name)}: ${t(DESK.choose)}`}>{t(DESK.choose)}</button>
        </article>
      ))}
    </div>
  );
}
