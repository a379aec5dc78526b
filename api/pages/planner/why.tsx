// Why an area is as it is: what it is near, what leaves there, what fails and by how much.
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../shared/icons";
import { number, percent, t } from "../shared/language";
import type { Gap, Preset } from "../shared/wire";
import { type CellProperties, column, numberIn, type Summary } from "./coverage";
import { Swatch } from "./legend";
import { classScale } from "./scale";
import { GAPS, PLANNER, WALKS } from "./strings";

export function Why({ cell, preset, summary, gap, onClose }: {
  cell: CellProperties;
  preset: Preset;
  summary: Summary;
  gap: Gap | null;
  onClose: () => void;
}) {
  const card = useRef<HTMLElement>(null);
  useEffect(() => card.current?.scrollIntoView({ block: "nearest" }), [cell.cell_id]);
  const step = classScale(preset).stepOf(cell);
  const departures = numberIn(cell, "departures_per_hour");
  return (
    <section ref={card} class="card why" aria-live="polite" data-cell={cell.cell_id}>
      <div class="row between">
        <h2>{gap ? t(PLANNER.whyRank(number(gap.rank))) : t(PLANNER.whyTitle)}</h2>
        <button type="button" class="button quiet no-print" aria-label={t(PLANNER.closeWhy)} onClick={onClose}>
          <Icon name="cross" />
        </button>
      </div>
      <p><Fails cell={cell} preset={preset} summary={summary} /></p>
      <dl class="pairs">
        <dt>{t(PLANNER.class)}</dt>
        <dd><Swatch step={step} /> {t(step.words)}</dd>
        <dt>{t(PLANNER.residents)}</dt>
        <dd>{t(PLANNER.sharePeople(number(cell.population)))}</dd>
        <dt>{t(PLANNER.departures)}</dt>
        <dd>{departures === null ? t(PLANNER.unknown) : t(PLANNER.perHour(number(departures, 1)))}</dd>
        {Object.entries(WALKS).map(([name, words]) => {
          const meters = numberIn(cell, name);
          return meters === null ? null : [<dt key={name}>{t(words)}</dt>, <dd>{t(PLANNER.meters(number(meters)))}</dd>];
        })}
      </dl>
      <h3>{t(PLANNER.nearest)}</h3>
      {cell.nearest_stops.length === 0 && <p>{t(PLANNER.nearestNone)}</p>}
      <ol class="stack tight">
        {cell.nearest_stops.map((stop) => (
          <li key={stop.stop_id} class="row between">
            <span>{stop.name}</span>
            <span>{t(PLANNER.meters(number(stop.walk_meters)))}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** One sentence: what is missing and by how much, or why that cannot be said. */
function Fails({ cell, preset, summary }: { cell: CellProperties; preset: Preset; summary: Summary }) {
  const reason = cell[column("reason", preset)];
  if (typeof reason === "string") {
    const words = summary.reasons[reason] ?? { ja: reason, en: reason };
    return <><strong>{t(PLANNER.notAssessedAll)}</strong> {t(words)}</>;
  }
  const gap = cell[column("gap", preset)];
  if (typeof gap !== "string") return <>{t(PLANNER.passes)}</>;
  const shortfall = numberIn(cell, column("shortfall", preset));
  return (
    <>
      <strong>{t(GAPS[gap] ?? { ja: gap, en: gap })}</strong>
      {shortfall !== null && ` (${t(PLANNER.shortfall)} ${percent(shortfall)})`}
      <br />{t(preset.rule)}
    </>
  );
}
