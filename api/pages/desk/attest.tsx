// A concession: what the document showed, and nothing of the document.
import { useState } from "preact/hooks";
import { api } from "../shared/api";
import { lastDay, number, t } from "../shared/language";
import { useDoing } from "../shared/load";
import { Notice } from "../shared/parts";
import { lookAgain, type DoProps } from "./person";
import { DESK } from "./strings";
import type { Attested, Category, Outcome } from "./wire";

const OUTCOMES: readonly Outcome[] = ["eligible", "not_eligible", "not_proven"];

export function Attest({ town, person, onChange }: DoProps) {
  const [noted, setNoted] = useState<Attested | null>(null);
  const { busy, problem, run } = useDoing();
  const { resident_number } = person;
  const attest = (rider_category: Category, outcome: Outcome) =>
    run(async () => {
      setNoted(await api.post("/v1/desk/attestations", { body: { resident_number, rider_category, outcome } }));
      onChange(await lookAgain(person));
    });
  if (noted) return <NotedView noted={noted} />;
  return (
    <div class="stack">
      <p>{t(DESK.attestBody)}</p>
      {problem && <Notice tone="bad" title={t(problem)} />}
      {town.concessions.length === 0 && <Notice title={t(DESK.noConcessions)} />}
      {town.concessions.map((concession) => (
        <fieldset key={concession.rider_category} class="card">
          <legend>
            <strong>{t(concession.category_name)}</strong> ({t(DESK.months(number(concession.months)))})
          </legend>
          <p>{t(concession.policy)}</p>
          <div class="row">
            {OUTCOMES.map((outcome) => (
              <button key={outcome} type="button" class="button" disabled={busy}
                onClick={() => attest(concession.rider_category as Category, outcome)}>{t(DESK[outcome])}</button>
            ))}
          </div>
        </fieldset>
      ))}
    </div>
  );
}

function NotedView({ noted }: { noted: Attested }) {
  const tone = noted.outcome === "eligible" ? "good" : "look";
  return (
    <Notice tone={tone} title={`${t(DESK.noted)}: ${t(DESK[noted.outcome])}`}>
      {noted.until_date && t(DESK.until(lastDay(noted.until_date)))}
      {noted.outcome === "not_proven" && t(DESK.notProvenBody)}
    </Notice>
  );
}
