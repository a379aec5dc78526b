// The right side: what is asked, the answer in people, and where it hurts most.
import { t } from "../shared/language";
import { Field, Notice } from "../shared/parts";
import { SHARED } from "../shared/strings";
import type { Gap, Options, Preset } from "../shared/wire";
import { Areas } from "./areas";
import { BoardingsByHour } from "./boardings";
import type { Cells, Summary } from "./coverage";
import { useBoardings } from "./data";
import { classShares, Legend, measureShares, NotAssessed } from "./legend";
import type { View } from "./permalink";
import type { Scale } from "./scale";
import { PLANNER } from "./strings";
import { TakeAway } from "./take-away";

interface Props {
  options: Options;
  view: View;
  change: (part: Partial<View>) => void;
  cells: Cells | null;
  gaps: readonly Gap[] | null;
  summary: Summary | null;
  scale: Scale | null;
}

export function Panel({ options, view, change, cells, gaps, summary, scale }: Props) {
  const run = options.runs.find((each) => each.run_id === view.run_id) ?? null;
  const boardings = useBoardings(run?.service_date ?? null).value;
  const preset = options.presets.find((each) => each.preset_id === view.preset_id) ?? null;
  if (!run || !preset) return <Notice tone="look" title={t(PLANNER.noRuns)} />;
  const nothing = cells !== null && cells.features.length === 0;
  return (
    <>
      <Choices options={options} view={view} change={change} preset={preset} />
      {nothing && <NothingAssessed options={options} />}
      {!nothing && scale && summary && cells
        ? (
          <>
            <Legend population={options.population}
              shares={view.measure_id === "class" ? classShares(scale, summary, preset) : measureShares(scale, cells)} />
            {view.measure_id === "class" && <NotAssessed summary={summary} preset={preset} />}
          </>
        )
        : !nothing && <p role="status">{t(SHARED.loading)}</p>}
      {!nothing && gaps && (
        <Areas gaps={gaps} chosen={view.cell_id} onChoose={(cell_id) => change({ cell_id })} />
      )}
      {boardings && <BoardingsByHour boardings={boardings} />}
      <TakeAway run_id={run.run_id} />
    </>
  );
}

function NothingAssessed({ options }: { options: Options }) {
  return (
    <Notice tone="look" title={t(PLANNER.notAssessedAll)}>
      <ul>{options.missing.map((words) => <li key={words.en}>{t(words)}</li>)}</ul>
      <p>{t(PLANNER.stopsOnly)}</p>
    </Notice>
  );
}

function Choices({ options, view, change, preset }: Pick<Props, "options" | "view" | "change"> & { preset: Preset }) {
  return (
    <div class="choices">
      <Field label={t(PLANNER.run)}>
        {(ids) => (
          <select {...ids} name="run" value={view.run_id ?? ""}
            onChange={(event) => change({ run_id: event.currentTarget.value })}>
            {options.runs.map((run) => <option key={run.run_id} value={run.run_id}>{t(run.label)}</option>)}
          </select>
        )}
      </Field>
      <Field label={t(PLANNER.preset)}>
        {(ids) => (
          <select {...ids} name="preset" value={preset.preset_id}
            onChange={(event) => change({ preset_id: event.currentTarget.value })}>
            {options.presets.map((each) => (
              <option key={each.preset_id} value={each.preset_id}>{t(each.name)}</option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t(PLANNER.measure)}>
        {(ids) => (
          <select {...ids} name="measure" value={view.measure_id}
            onChange={(event) => change({ measure_id: event.currentTarget.value })}>
            <option value="class">{t(PLANNER.byClass)}</option>
            {options.measures.map((each) => (
              <option key={each.measure_id} value={each.measure_id}>{t(each.name)}</option>
            ))}
          </select>
        )}
      </Field>
      <p class="rule">{t(preset.rule)} <span class="muted">({t(PLANNER.source)}: {preset.source})</span></p>
    </div>
  );
}
