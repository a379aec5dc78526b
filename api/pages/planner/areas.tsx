// The ranked list of areas below the standard: where it matters most comes first.
import { useState } from "preact/hooks";
import { number, percent, t } from "../shared/language";
import type { Gap } from "../shared/wire";
import { NOT_ASSESSED } from "./coverage";
import { GAPS, PLANNER } from "./strings";

const FIRST = 15;

export function Areas({ gaps: listed, chosen, onChoose }: {
  gaps: readonly Gap[];
  chosen: string | null;
  onChoose: (cell_id: string) => void;
}) {
  const [all, setAll] = useState(false);
  // What the data cannot judge is not under-served: it is counted, never ranked.
  const gaps = listed.filter((gap) => gap.gap_type !== NOT_ASSESSED);
  const unassessed = listed.length - gaps.length;
  const shown = all ? gaps : gaps.slice(0, FIRST);
  return (
    <section class="stack tight">
      <h2>{t(PLANNER.areasTitle)}</h2>
      {gaps.length === 0 && <p>{t(PLANNER.areasNone)}</p>}
      {unassessed > 0 && <p class="note">{t(PLANNER.areasUnassessed(number(unassessed)))}</p>}
      {gaps.length > 0 && (
        <div class="scrolls" tabindex={0} role="region" aria-label={t(PLANNER.areasTitle)}>
          <table class="table areas">
            <thead>
              <tr>
                <th scope="col">{t(PLANNER.rank)}</th>
                <th scope="col" class="number">{t(PLANNER.residents)}</th>
                <th scope="col">{t(PLANNER.gap)}</th>
                <th scope="col" class="number">{t(PLANNER.shortfall)}</th>
                <th scope="col" class="number">{t(PLANNER.priority)}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((gap) => (
                <Row key={gap.cell_id} gap={gap} chosen={gap.cell_id === chosen} onChoose={onChoose} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p class="muted">{t(PLANNER.priorityNote)}</p>
      {!all && gaps.length > FIRST && (
        <button type="button" class="button no-print" onClick={() => setAll(true)}>
          {t(PLANNER.more(number(gaps.length - FIRST)))}
        </button>
      )}
    </section>
  );
}

function Row({ gap, chosen, onChoose }: { gap: Gap; chosen: boolean; onChoose: (cell_id: string) => void }) {
  const choose = () => onChoose(gap.cell_id);
  return (
    <tr class={chosen ? "chosen" : ""} onClick={choose} data-cell={gap.cell_id}>
      <th scope="row">
        <button type="button" class="button rank" aria-pressed={chosen}
          aria-label={t(PLANNER.show(number(gap.rank)))}>
          {number(gap.rank)}
        </button>
      </th>
      <td class="number">{number(gap.residents)}</td>
      <td>{t(GAPS[gap.gap_type] ?? { ja: gap.gap_type, en: gap.gap_type })}</td>
      <td class="number">{gap.shortfall === null ? t(PLANNER.notKnown) : percent(gap.shortfall)}</td>
      <td class="number">{gap.priority === null ? t(PLANNER.notKnown) : number(gap.priority)}</td>
    </tr>
  );
}
