// Where this person is signed in; what they do not know they end.
import { api } from "../shared/api";
import { dayAndTime, t } from "../shared/language";
import { useDoing, useLoaded } from "../shared/load";
import { Failure } from "../shared/mount";
import { Notice } from "../shared/parts";
import type { Town } from "../shared/wire";
import { APP } from "./strings";

export function Sessions({ town }: { town: Town }) {
  const { value, problem, again } = useLoaded(() => api.get("/v1/me/sessions"));
  const { busy, problem: refused, run } = useDoing();
  const end = (session_id: string) => run(async () => {
    await api.delete("/v1/me/sessions/{session_id}", { path: { session_id } });
    again();
  });
  return (
    <section class="stack sessions">
      <h2>{t(APP.sessionsTitle)}</h2>
      {problem && <Failure text={problem} again={again} />}
      {refused && <Notice tone="bad" title={t(refused)} />}
      <ul class="stack">
        {value?.items.map(({ session_id, browser, created_at, current }) => (
          <li key={session_id} class="card row between">
            <span>
              <strong>{browser ?? t(APP.sessionUnknown)}</strong> {current && `(${t(APP.sessionHere)})`}
              <br />{dayAndTime(new Date(created_at), town.time_zone)}
            </span>
            {!current && (
              <button type="button" class="button" disabled={busy} onClick={() => end(session_id)}>
                {t(APP.sessionEnd)}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
