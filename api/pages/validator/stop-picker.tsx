// Chooses a stop by part of its name, with keys big enough for a gloved finger.
import { useEffect, useState } from "preact/hooks";
import type { FeatureCollection, Point } from "geojson";
import { call } from "../shared/api";
import { t } from "../shared/language";
import { Field } from "../shared/parts";
import type { Setup } from "./device";
import { VALIDATOR } from "./strings";

type Stop = NonNullable<Setup["stop"]>;
const SHOWN = 6;

export function StopPicker({ bearer, chosen, onChoose }: {
  bearer: string;
  chosen: Stop | null;
  onChoose: (stop: Stop | null) => void;
}) {
  const [stops, setStops] = useState<Stop[] | null>([]);
  const [part, setPart] = useState("");
  useEffect(() => {
    call<FeatureCollection<Point, Stop>>("GET", "/v1/insights/stops.geojson", { bearer }).then(
      (found) => setStops(found.features.map((feature) => feature.properties)),
      () => setStops(null),
    );
  }, []);
  const matching = matches(stops ?? [], part);
  return (
    <div class="stack tight">
      <Field label={t(VALIDATOR.stop)} hint={t(stops ? VALIDATOR.stopHint : VALIDATOR.stopsAway)} need="optional">
        {(ids) => (
          <input {...ids} type="search" value={part} autocomplete="off"
            onInput={(event) => setPart(event.currentTarget.value)} />
        )}
      </Field>
      <p role="status">
        {chosen && t(VALIDATOR.stopChosen(chosen.name))}
        {part && matching.length === 0 && t(VALIDATOR.noMatch)}
      </p>
      <div class="row">
        {matching.map((stop) => (
          <button key={stop.stop_id} type="button" class="button"
            onClick={() => {
              onChoose({ stop_id: stop.stop_id, name: stop.name });
              setPart("");
            }}>
            {stop.name} <span class="muted">{stop.stop_id}</span>
          </button>
        ))}
        {chosen && (
          <button type="button" class="button quiet" onClick={() => onChoose(null)}>{t(VALIDATOR.noStop)}</button>
        )}
      </div>
    </div>
  );
}

function matches(stops: Stop[], part: string): Stop[] {
  const wanted = part.trim().toLowerCase();
  if (!wanted) return [];
  const found = stops.filter((stop) => stop.name.toLowerCase().includes(wanted) || stop.stop_id === part.trim());
  return found.slice(0, SHOWN);
}
