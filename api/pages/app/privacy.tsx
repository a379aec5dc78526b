// Who looked this person up, what is kept, and the one switch that is theirs.
import { api } from "../shared/api";
import { dayAndTime, t } from "../shared/language";
import { useDoing, useLoaded } from "../shared/load";
import { Failure } from "../shared/mount";
import { Notice } from "../shared/parts";
import { named } from "../shared/strings";
import type { Me, Town } from "../shared/wire";
import { APP, PURPOSES, STAFF_ROLES } from "./strings";

export function Privacy({ me, town, onChange }: { me: Me; town: Town; onChange: (me: Me) => void }) {
  const { problem, run } = useDoing();
  const consent = (trip_facts_consent: boolean) =>
    run(async () => onChange(await api.patch("/v1/me", { body: { trip_facts_consent } })));
  return (
    <section class="stack">
      <h1>{t(APP.privacyTitle)}</h1>
      {problem && <Notice tone="bad" title={t(problem)} />}
      <div class="card">
        <label class="switch">
          <input type="checkbox" role="switch" checked={me.trip_facts_consent === true}
            onChange={(event) => consent(event.currentTarget.checked)} />
          <strong>{t(APP.consent)}</strong>
        </label>
        <p>{t(APP.consentBody)}</p>
      </div>
      <Lookups town={town} />
      <h2>{t(APP.keptTitle)}</h2>
      <ul class="dotted">{APP.kept.map((line) => <li key={line.en}>{t(line)}</li>)}</ul>
    </section>
  );
}

function Lookups({ town }: { town: Town }) {
  const { value, problem, again } = useLoaded(() => api.get("/v1/me/lookups"));
  const lookups = value?.items;
  return (
    <>
      <h2>{t(APP.lookupsTitle)}</h2>
      <p class="muted">{t(APP.lookupsBody)}</p>
      {problem && <Failure text={problem} again={again} />}
      {lookups?.length === 0 && <p>{t(APP.lookupsNone)}</p>}
      <ul class="stack lookups">
        {lookups?.map((lookup) => (
          <li key={lookup.looked_at} class="card">
            <p>
              <strong>{dayAndTime(new Date(lookup.looked_at), town.time_zone)}</strong>{" "}
              {t(named(STAFF_ROLES, lookup.staff_role))}
              <br />{t(named(PURPOSES, lookup.purpose))}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}
