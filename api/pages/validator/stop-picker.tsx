// Chooses a stop by part of its name, with keys big enough for a gloved finger.
import { useState } from "preact/hooks";
import { t } from "../shared/language";
import { latest } from "../shared/kept";
import { useLoaded } from "../shared/load";
import { Field } from "../shared/parts";
import type { OperatorStop, Validator } from "../shared/wire";
import { validatorClient } from "./attempt";
import type { Setup } from "./device";
import { VALIDATOR } from "./strings";

const SHOWN = 6;

export function StopPicker({ validator, chosen, onChoose }: {
  validator: Validator;
  chosen: Setup["stop"];
  onChoose: (stop: Setup["stop"]) => void;
}) {
  const { value: stops, problem } = useLoaded(() => readStops(validator));
  const [part, setPart] = useState("");
  const choose = ({ stop_id, name }: { stop_id: string; name: string }) => {
    onChoose({ stop_id, name });
    setPart("");
  };
  const matching = matches(stops ?? [], part);
  return (
    <div class="stack tight">
      <Field label={t(VALIDATOR.stop)} hint={t(problem ? VALIDATOR.stopsAway : VALIDATOR.stopHint)} need="optional">
        {(ids) => (
          <input {...ids} type="search" value={part} autocomplete="off"
            onInput={(event) => setPart(event.currentTarget.value)} />
        )}
      </Field>
      <p role="status">
        {chosen && t(VALIDATOR.stopChosen(chosen.name))}
        {part && stops && matching.length === 0 && t(VALIDATOR.noMatch)}
      </p>
      <div class="row">
        {matching.map((stop) => (
          <button key={stop.stop_id} type="button" class="button" onClick={() => choose(stop)}>
            {stop.name} <span class="muted">{stop.stop_id}</span>
          </button>
        ))}
        {problem && part.trim() && (
          <button type="button" class="button"
            onClick={() => choose({ stop_id: part.trim(), name: part.trim() })}>
            {t(VALIDATOR.stopAsIs(part.trim()))}
          </button>
        )}
        {chosen && (
          <button type="button" class="button quiet" onClick={() => onChoose(null)}>{t(VALIDATOR.noStop)}</button>
        )}
      </div>
    </div>
  );
}

function readStops(validator: Validator): Promise<OperatorStop[]> {
  const ask = async () => (await validatorClient(validator.key).get("/v1/operators/current/stops")).items;
  return latest(`stops of ${validator.operator_id}`, ask);
}

function matches(stops: OperatorStop[], part: string): OperatorStop[] {
  const wanted = folded(part.trim());
  if (!wanted) return [];
  const has = (text: string | null) => text !== null && folded(text).includes(wanted);
  return stops.filter((stop) => has(stop.name) || has(stop.name_kana) || stop.stop_id === part.trim()).slice(0, SHOWN);
}

/** Small letters, full-width forms and katakana are the same as what they look or sound like. */
function folded(text: string): string {
  const plain = text.normalize("NFKC").toLowerCase();
  return plain.replace(/[ァ-ヶ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));
}
