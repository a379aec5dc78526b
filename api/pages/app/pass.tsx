// "Can I ride?": the code, large and alive, and one line that answers.
import { useEffect, useState } from "preact/hooks";
import { now } from "../shared/clock";
import { Code } from "../shared/code";
import { Icon } from "../shared/icons";
import { clockTime, dayAndTime, t } from "../shared/language";
import { Failure } from "../shared/mount";
import { ModeName, Notice } from "../shared/parts";
import { named, SHARED } from "../shared/strings";
import type { IssuedPass, Me, Subscription, Town } from "../shared/wire";
import { type LiveCode, useLiveCode, useWakeLock } from "./live-code";
import { areaNames } from "./plan-card";
import { APP, STATUSES } from "./strings";

/** Statuses of a subscription with which its rider may ride. */
const RIDING = new Set(["active", "trialing"]);

export function PassView({ me, town, subscription }: { me: Me; town: Town; subscription: Subscription }) {
  const live = useLiveCode(me.resident_number ?? "");
  useWakeLock();
  const { pass, code, problem, until } = live;
  return (
    <section class="stack">
      <h1 class="visually-hidden">{t(APP.page)}</h1>
      {problem && <Failure text={problem} {...(live.elsewhere ? {} : { again: live.retry })} />}
      {live.elsewhere && (
        <button type="button" class="button primary" onClick={live.takeOver}>{t(APP.takeOver)}</button>
      )}
      {!code && !problem && <p role="status">{t(APP.preparing)}</p>}
      {pass && code && (
        <>
          <Answer pass={pass} town={town} subscription={subscription} />
          {live.offline && <Notice title={t(APP.offline)}>{t(APP.offlineBody)}</Notice>}
          <Ticket code={code} town={town} />
          <PassWords pass={pass} until={until} town={town} />
        </>
      )}
    </section>
  );
}

/** Covered or not, now, and why, in one line. */
function Answer({ pass, town, subscription }: { pass: IssuedPass; town: Town; subscription: Subscription }) {
  const { status, plan } = subscription;
  if (!RIDING.has(status)) {
    return <Notice tone="bad" title={t(APP.notCovered)}>{t(named(STATUSES, status))}</Notice>;
  }
  const until = dayAndTime(new Date(pass.valid_until_at), town.time_zone);
  return <Notice tone="good" title={t(APP.covered)}>{t(APP.coveredBody(t(plan.name), until))}</Notice>;
}

/** The code with what a screenshot cannot have: a clock that ticks and a bus that drives. */
function Ticket({ code, town }: { code: NonNullable<LiveCode["code"]>; town: Town }) {
  const { text, renewedAt } = code;
  return (
    <div class="ticket">
      <Code text={text} label={t(APP.codeLabel)} />
      <div class="road" key={renewedAt.getTime()} aria-hidden="true">
        <span class="driver"><Icon name="bus" /></span>
      </div>
      <dl class="times">
        <div><dt>{t(APP.timeNow)}</dt><dd><Ticking timeZone={town.time_zone} /></dd></div>
        <div><dt>{t(APP.lastRenewed)}</dt><dd>{clockTime(renewedAt, town.time_zone, true)}</dd></div>
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

function PassWords({ pass, until, town }: { pass: IssuedPass; until: Date | null; town: Town }) {
  return (
    <dl class="pairs words">
      <dt>{t(APP.category)}</dt>
      <dd><strong>{t(pass.category_name)}</strong></dd>
      <dt>{t(APP.modes)}</dt>
      <dd class="row">{pass.modes.map((mode) => <ModeName key={mode} mode={mode} />)}</dd>
      <dt>{t(APP.areas)}</dt>
      <dd>{areaNames(pass.areas.map((area) => area.area_number), town)}</dd>
      {until && <dt>{t(APP.ahead)}</dt>}
      {until && <dd>{t(APP.aheadBody(dayAndTime(until, town.time_zone)))}</dd>}
    </dl>
  );
}

export function InsecurePage() {
  return <Notice tone="bad" title={t(SHARED.insecureTitle)}>{t(SHARED.insecure)}</Notice>;
}
