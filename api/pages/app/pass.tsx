// "Can I ride?": the code, large and alive, and one line that answers.
import { useEffect, useState } from "preact/hooks";
import { now } from "../shared/clock";
import { Icon } from "../shared/icons";
import { clockTime, dayAndTime, t } from "../shared/language";
import { Failure } from "../shared/mount";
import { ModeName, Notice } from "../shared/parts";
import { SHARED } from "../shared/strings";
import type { IssuedPass, Me, Subscription, Town } from "../shared/wire";
import { Code } from "./code";
import { type LiveCode, useLiveCode, useWakeLock } from "./live-code";
import { areaNames } from "./plan-card";
import { APP } from "./strings";

export function PassView({ me, town, subscription }: { me: Me; town: Town; subscription: Subscription }) {
  const live = useLiveCode(me.resident_number ?? "");
  useWakeLock();
  const issued = live.pass?.issued;
  return (
    <section class="stack">
      <h1 class="visually-hidden">{t(APP.page)}</h1>
      {live.problem && <Failure text={live.problem.text} again={live.retry} />}
      {!live.text && !live.problem && <p role="status">{t(APP.preparing)}</p>}
      {issued && live.text && (
        <>
          <Answer issued={issued} town={town} plan={t(subscription.plan.name)} />
          <Ticket live={live} town={town} />
          <PassWords issued={issued} town={town} />
        </>
      )}
    </section>
  );
}

/** Covered or not, now, and why, in one line. */
function Answer({ issued, town, plan }: { issued: IssuedPass; town: Town; plan: string }) {
  const at = now();
  const until = new Date(issued.valid_until_at);
  if (at < new Date(issued.valid_from_at)) {
    return <Notice tone="bad" title={t(APP.notCovered)}>{t(APP.passNotYet)}</Notice>;
  }
  if (at >= until) return <Notice tone="bad" title={t(APP.notCovered)}>{t(APP.passOver)}</Notice>;
  return (
    <Notice tone="good" title={t(APP.covered)}>
      {t(APP.coveredBody(plan, dayAndTime(until, town.time_zone)))}
    </Notice>
  );
}

/** The code with what a screenshot cannot have: a clock that ticks and a bus that drives. */
function Ticket({ live, town }: { live: LiveCode; town: Town }) {
  const renewed = live.renewedAt;
  return (
    <div class="ticket">
      <Code text={live.text ?? ""} label={t(APP.codeLabel)} />
      <div class="road" key={renewed?.getTime()} aria-hidden="true">
        <span class="driver"><Icon name="bus" /></span>
      </div>
      <dl class="times">
        <div><dt>{t(APP.timeNow)}</dt><dd><Ticking timeZone={town.time_zone} /></dd></div>
        <div>
          <dt>{t(APP.lastRenewed)}</dt>
          <dd>{renewed && clockTime(renewed, town.time_zone, true)}</dd>
        </div>
      </dl>
    </div>
  );
}

function Ticking({ timeZone }: { timeZone: string }) {
  const [at, setAt] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setAt(now()), 250);
    return () => clearInterval(timer);
  }, []);
  return <>{clockTime(at, timeZone, true)}</>;
}

function PassWords({ issued, town }: { issued: IssuedPass; town: Town }) {
  return (
    <dl class="pairs words">
      <dt>{t(APP.category)}</dt>
      <dd><strong>{t(issued.category_name)}</strong></dd>
      <dt>{t(APP.modes)}</dt>
      <dd class="row">{issued.modes.map((mode) => <ModeName key={mode} mode={mode} />)}</dd>
      <dt>{t(APP.areas)}</dt>
      <dd>{areaNames(issued.areas.map((area) => area.area_number), town)}</dd>
    </dl>
  );
}

export function InsecurePage() {
  return <Notice tone="bad" title={t(SHARED.insecureTitle)}>{t(SHARED.insecure)}</Notice>;
}
