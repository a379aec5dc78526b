// Going away for a while: neither rides nor charges, for as long as the plan allows.
import { useState } from "preact/hooks";
import { api } from "../shared/api";
import { day, number, t } from "../shared/language";
import { useDoing } from "../shared/load";
import { Notice } from "../shared/parts";
import type { Subscription } from "../shared/wire";
import { APP } from "./strings";

interface Props {
  held: Subscription;
  onChange: (latest: Subscription) => void;
}

export function Pause({ held, onChange }: Props) {
  if (held.paused_until_date) return <Paused until={held.paused_until_date} onChange={onChange} />;
  if (held.plan.pause_months === 0 || held.cancel_at_period_end) return null;
  return <AskPause most={held.plan.pause_months} onChange={onChange} />;
}

function Paused({ until, onChange }: { until: string; onChange: Props["onChange"] }) {
  const { busy, problem, run } = useDoing();
  const resume = () => run(async () => onChange(await api.post("/v1/me/subscription/resume")));
  return (
    <>
      {problem && <Notice tone="bad" title={t(problem)} />}
      <Notice tone="look" title={t(APP.pausedUntil(day(until)))} />
      <button type="button" class="button" disabled={busy} onClick={resume}>{t(APP.resume)}</button>
    </>
  );
}

function AskPause({ most, onChange }: { most: number; onChange: Props["onChange"] }) {
  const [months, setMonths] = useState(1);
  const { busy, problem, run } = useDoing();
  const pause = (event: Event) => {
    event.preventDefault();
    run(async () => onChange(await api.post("/v1/me/subscription/pause", { body: { months } })));
  };
  return (
    <details class="card pause">
      <summary>{t(APP.pause)}</summary>
      <form class="stack" onSubmit={pause}>
        {problem && <Notice tone="bad" title={t(problem)} />}
        <p>{t(APP.pauseBody)}</p>
        <label class="stack">
          {t(APP.pauseMonths)}
          <select value={months} onChange={(event) => setMonths(Number(event.currentTarget.value))}>
            {Array.from({ length: most }, (_, place) => place + 1).map((each) => (
              <option key={each} value={each}>{number(each)}</option>
            ))}
          </select>
        </label>
        <button class="button" disabled={busy}>{t(APP.pauseGo)}</button>
      </form>
    </details>
  );
}
