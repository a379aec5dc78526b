// The free-form parts of the answers that the planner reads: a run's summary (as
// `teiki coverage` writes it) and its cells. Only what is shown is named here.
import type { Feature, FeatureCollection, MultiPolygon, Polygon } from "geojson";
import type { NearStop, Preset, Text } from "../shared/wire";

export interface PresetSummary {
  population_share: Record<string, number>;
  not_assessed_reasons: Record<string, number>;
}

export interface Summary {
  date: string;
  missing: string[];
  population: { total: number; modelled: boolean } | null;
  cells: number;
  presets: Record<string, PresetSummary>;
  reasons: Record<string, Text>;
}

export interface CellProperties {
  cell_id: string;
  lon: number;
  lat: number;
  population: number;
  departures_per_hour: number | null;
  best_stop_departures_per_hour: number | null;
  nearest_stops: NearStop[];
  /** class_<preset>, reason_<preset>, gap_<preset>, shortfall_<preset>, walk_meters_<kind>. */
  [column: string]: unknown;
}

export type Cell = Feature<Polygon | MultiPolygon, CellProperties>;
export type Cells = FeatureCollection<Polygon | MultiPolygon, CellProperties>;

export const NOT_ASSESSED = "not_assessed";

/** A preset's id as part of a column name: `sdg-11.2.1` is `sdg_11_2_1`. */
export function column(kind: "class" | "reason" | "gap" | "shortfall", preset: Preset): string {
  return `${kind}_${preset.preset_id.replace(/[-.]/g, "_")}`;
}

export function numberIn(cell: CellProperties, name: string): number | null {
  const value = cell[name];
  return typeof value === "number" ? value : null;
}
