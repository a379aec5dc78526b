// What the colours mean, and how many people live under each.
import { number, percent, t } from "../shared/language";
import type { Options, Preset } from "../shared/wire";
import { type Cells, NOT_ASSESSED, type PresetSummary, type Summary } from "./coverage";
import type { Scale, Step } from "./scale";
import { PLANNER } from "./strings";

export interface Share {
  step: Step;
  share: number;
  people: number;
}

/** Shares of a standard's classes, as the run's summary has them. */
export function classShares(scale: Scale, summary: Summary, preset: Preset): Share[] {
  const shares = summary.presets[preset.preset_id]?.population_share ?? {};
  const total = summary.population?.total ?? 0;
  return scale.steps.map((step) => {
    const share = shares[step.id] ?? 0;
    return { step, share, people: share * total };
  });
}

/** Shares of a measure's steps, summed over the cells. */
export function measureShares(scale: Scale, cells: Cells): Share[] {
  const people = new Map<Step, number>();
  let total = 0;
  for (const { properties } of cells.features) {
    const step = scale.stepOf(properties);
    people.set(step, (people.get(step) ?? 0) + properties.population);
    total += properties.population;
  }
  return scale.steps.map((step) => {
    const count = people.get(step) ?? 0;
    return { step, share: total > 0 ? count / total : 0, people: count };
  });
}

export function Legend({ shares, population }: { shares: Share[]; population: Options["population"] }) {
  const total = shares.reduce((sum, each) => sum + each.people, 0);
  return (
    <section class="stack tight">
      <h2>{t(PLANNER.shareTitle)}</h2>
      <StackedBar shares={shares} />
      <table class="table legend">
        <tbody>
          {shares.map(({ step, share, people }) => (
            <tr key={step.id} data-step={step.id} data-share={share}>
              <th scope="row"><Swatch step={step} /> {t(step.words)}</th>
              <td class="number"><strong>{percent(share)}</strong></td>
              <td class="number">{t(PLANNER.sharePeople(number(people)))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="muted">
        {t(PLANNER.ofPeople(number(total)))}
        {population?.modelled && (
          <> <span class="badge simulated">{t(PLANNER.modelled)}</span> {population.note && t(population.note)}</>
        )}
      </p>
    </section>
  );
}

export function Swatch({ step }: { step: Step }) {
  return <span class={`swatch ${step.pattern ?? ""}`} style={{ backgroundColor: step.colour }} />;
}

/** The shares as one bar; the table beneath has the same in numbers. */
function StackedBar({ shares }: { shares: Share[] }) {
  return (
    <div class="stacked" aria-hidden="true">
      {shares.filter((each) => each.share > 0).map(({ step, share }) => (
        <span key={step.id} class={`swatch ${step.pattern ?? ""}`}
          style={{ backgroundColor: step.colour, flexGrow: share }} />
      ))}
    </div>
  );
}

export function NotAssessed({ summary, preset }: { summary: Summary; preset: Preset }) {
  const found: PresetSummary | undefined = summary.presets[preset.preset_id];
  const reasons = Object.entries(found?.not_assessed_reasons ?? {});
  if (!found?.population_share[NOT_ASSESSED] || reasons.length === 0) return null;
  return (
    <div>
      <strong>{t(PLANNER.notAssessedWhy)}</strong>
      <ul class="dotted">
        {reasons.map(([code, share]) => (
          <li key={code}>{t(summary.reasons[code] ?? { ja: code, en: code })} ({percent(share)})</li>
        ))}
      </ul>
    </div>
  );
}
