// Who looked this person up, what is kept, and the one switch that is theirs.
import { useEffect, useState } from "preact/hooks";
import { call, type Problem } from "../shared/api";
import { dayAndTime, t } from "../shared/language";
import { Notice } from "../shared/parts";
import type { Lookup, Me, Town } from "../shared/wire";
import { APP, PURPOSES, STAFF_ROLES } from "./strings";

export function Privacy({ me, town, onChange }: { me: Me; town: Town; onChange: (me: Me) => void }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const consent = (trip_facts_consent: boolean) =>
    call<Me>("PATCH", "/v1/me", { body: { trip_facts_consent } }).then(onChange, setProblem);
  return (
    <section class="stack">
      <h1>{t(APP.privacyTitle)}</h1>
      {problem && <Notice tone="bad" title={t(problem.text)} />}
      <div class="card">
        <label class="switch">
          <input type="checkbox" role="switch" checked={me.trip_facts_consent === true}
            onChange={(event) => consent(event.currentTarget.checked)} />
          <strong>{t(APP.consent)}</strong>
        </label>
        <p>{t(APP.consentBody)}</p>
      </div>
      <Lookups town={town} onProblem={setProblem} />
      <h2>{t(APP.keptTitle)}</h2>
      <ul class="dotted">{APP.kept.map((line) => <li key={line.en}>{t(line)}</li>)}</ul>
    </section>
  );
}

function Lookups({ town, onProblem }: { town: Town; onProblem: (problem: Problem) => void }) {
  const [lookups, setLookups] = useState<Lookup[] | null>(null);
  useEffect(() => {
    call<{ items: Lookup[] }>("GET", "/v1/me/lookups").then((found) => setLookups(found.items), onProblem);
  }, []);
  return (
    <>
      <h2>{t(APP.lookupsTitle)}</h2>
      <p class="muted">{t(APP.lookupsBody)}</p>
      {lookups?.length === 0 && <p>{t(APP.lookupsNone)}</p>}
      <ul class="stack">
        {lookups?.map((lookup) => (
          <li key={lookup.looked_at} class="card">
            <p>
              <strong>{dayAndTime(new Date(lookup.looked_at), town.time_zone)}</strong>{" "}
              {t(STAFF_ROLES[lookup.staff_role] ?? { ja: lookup.staff_role, en: lookup.staff_role })}
              <br />{t(PURPOSES[lookup.purpose] ?? { ja: lookup.purpose, en: lookup.purpose })}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}
