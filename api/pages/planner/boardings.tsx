// Pass-holders by route, direction and hour, under the label that the API gives them.
import { useState } from "preact/hooks";
import { number, t } from "../shared/language";
import { Bar, Field, Simulated } from "../shared/parts";
import type { Boarding, Boardings } from "../shared/wire";
import { PLANNER } from "./strings";

const lineOf = (item: Boarding) => [item.operator_id, item.route_id, item.direction_id].join("|");

export function BoardingsByHour({ boardings }: { boardings: Boardings }) {
  const lines = new Map<string, Boarding[]>();
  for (const item of boardings.items) lines.set(lineOf(item), [...(lines.get(lineOf(item)) ?? []), item]);
  const [line, setLine] = useState<string | null>(null);
  const chosen = (line && lines.get(line)) || busiest(lines);
  const below = number(boardings.suppressed_below);
  return (
    <section class="stack tight">
      <h2>{t(PLANNER.boardingsTitle)}</h2>
      <p class="row">
        <strong>{t(boardings.label)}</strong>
        {boardings.simulated && <Simulated />}
      </p>
      {!chosen && <p>{t(PLANNER.boardingsNone)}</p>}
      {chosen && (
        <>
          <Field label={t(PLANNER.route)}>
            {(ids) => (
              <select {...ids} value={lineOf(chosen[0] as Boarding)}
                onChange={(event) => setLine(event.currentTarget.value)}>
                {[...lines].map(([key, [first]]) => first && (
                  <option key={key} value={key}>{t(PLANNER.routeName(first.route_name, first.direction_id))}</option>
                ))}
              </select>
            )}
          </Field>
          <Hours items={chosen} below={below} />
          <p class="muted">{t(PLANNER.hiddenNote(below))}</p>
        </>
      )}
    </section>
  );
}

/** The line to begin with. Hidden counts are left out of the sum, not taken as zero boardings. */
function busiest(lines: Map<string, Boarding[]>): Boarding[] | null {
  const total = (items: Boarding[]) => items.reduce((sum, item) => sum + (item.boardings ?? 0), 0);
  let best: Boarding[] | null = null;
  for (const items of lines.values()) if (!best || total(items) > total(best)) best = items;
  return best;
}

function Hours({ items, below }: { items: Boarding[]; below: string }) {
  const most = Math.max(...items.map((item) => item.boardings ?? 0), 1);
  return (
    <table class="table hours">
      <thead>
        <tr>
          <th scope="col">{t(PLANNER.hour)}</th>
          <th scope="col" class="number">{t(PLANNER.boardings)}</th>
          <td class="chart" aria-hidden="true" />
          <th scope="col" class="number">{t(PLANNER.onBoard)}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.hour}>
            <th scope="row">{item.hour}:00</th>
            <td class="number">{item.boardings === null ? t(PLANNER.hidden(below)) : number(item.boardings)}</td>
            <td class="chart" aria-hidden="true">
              {item.boardings !== null && <Bar part={item.boardings} whole={most} label="" />}
            </td>
            <td class="number">{item.on_board === null ? t(PLANNER.notKnown) : number(item.on_board)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
