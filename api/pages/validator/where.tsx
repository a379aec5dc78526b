// Where a hired car goes, by area: the plan pays only inside the areas that it covers.
import { useEffect, useState } from "preact/hooks";
import { t } from "../shared/language";
import { SHARED } from "../shared/strings";
import type { Town } from "../shared/wire";
import { VALIDATOR } from "./strings";

export function Where({ town, onDone, onCancel }: {
  town: Town;
  onDone: (area_numbers: number[]) => void;
  onCancel: () => void;
}) {
  const [chosen, setChosen] = useState<number[]>([]);
  const only = town.areas.length === 1 ? town.areas[0] : undefined;
  useEffect(() => {
    if (only) onDone([only.area_number]);
  }, []);
  const turn = (area: number) =>
    setChosen(chosen.includes(area) ? chosen.filter((each) => each !== area) : [...chosen, area]);
  return (
    <section class="cars stack">
      <h1>{t(VALIDATOR.where)}</h1>
      <fieldset class="choice">
        <legend>{t(VALIDATOR.whereHint)}</legend>
        <div class="row">
          {town.areas.map(({ area_number, name }) => (
            <label key={area_number}>
              <input type="checkbox" checked={chosen.includes(area_number)} onChange={() => turn(area_number)} />
              <span>{t(name)}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <div class="row">
        <button type="button" class="button big" onClick={onCancel}>{t(SHARED.cancel)}</button>
        <button type="button" class="button primary big grow" disabled={chosen.length === 0}
          onClick={() => onDone(chosen)}>
          {t(VALIDATOR.scanNext)}
        </button>
      </div>
    </section>
  );
}
