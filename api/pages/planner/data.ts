// What the planner asks the API for, each part as soon as its choice is made.
import type { FeatureCollection } from "geojson";
import { api, nullOn } from "../shared/api";
import { type Loaded, useLoaded } from "../shared/load";
import type { Boardings, Gap } from "../shared/wire";
import type { Cells, Summary } from "./coverage";

export function useSummary(run_id: string | null): Loaded<Summary> {
  const load = async (query: { run_id: string }) =>
    // The contract leaves the summary free-form; `coverage.ts` names the parts shown here.
    (await api.get("/v1/insights/coverage", { query })) as unknown as Summary;
  return useLoaded(() => (run_id ? load({ run_id }) : null), [run_id]);
}

export function useCells(run_id: string | null): Loaded<Cells> {
  const load = (query: { run_id: string }) => file<Cells>(api.get("/v1/insights/cells.geojson", { query }));
  return useLoaded(() => (run_id ? load({ run_id }) : null), [run_id]);
}

export function useGaps(run_id: string | null, preset_id: string | null): Loaded<readonly Gap[]> {
  const load = async (query: { run_id: string; preset_id: string }) =>
    (await api.get("/v1/insights/gaps", { query })).items;
  return useLoaded(() => (run_id && preset_id ? load({ run_id, preset_id }) : null), [run_id, preset_id]);
}

export function useBoardings(service_date: string | null): Loaded<Boardings> {
  return useLoaded(
    () => (service_date ? api.get("/v1/insights/boardings", { query: { service_date } }) : null),
    [service_date],
  );
}

export interface Backdrop {
  stops: FeatureCollection;
  streets: FeatureCollection;
}

const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };

/** Our own map: a town without streets shows its stops alone. */
export function useBackdrop(): Loaded<Backdrop> {
  return useLoaded(async () => {
    const [stops, streets] = await Promise.all([
      file<FeatureCollection>(api.get("/v1/insights/stops.geojson")),
      nullOn(404, file<FeatureCollection>(api.get("/v1/insights/streets.geojson"))),
    ]);
    return { stops, streets: streets ?? NOTHING };
  });
}

/** A file comes as text: what is in it is the business of whoever asked for it. */
async function file<T>(text: Promise<unknown>): Promise<T> {
  return JSON.parse(String(await text)) as T;
}
