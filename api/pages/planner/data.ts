// What the planner asks the API for, each part as soon as its choice is made.
import type { FeatureCollection } from "geojson";
import { useEffect, useState } from "preact/hooks";
import { call, Problem } from "../shared/api";
import { UNREACHABLE } from "../shared/strings";
import type { Boardings, Gap } from "../shared/wire";
import type { Cells, Summary } from "./coverage";

export interface Loaded<T> {
  value: T | null;
  problem: Problem | null;
}

/** Loads anew whenever `path` or `query` change; nothing while `query` is null. */
function useLoaded<T>(path: string, query: Record<string, string> | null): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ value: null, problem: null });
  const key = query && new URLSearchParams(query).toString();
  useEffect(() => {
    setLoaded({ value: null, problem: null });
    if (!query) return;
    const leaving = new AbortController();
    call<T>("GET", path, { query, signal: leaving.signal }).then(
      (value) => setLoaded({ value, problem: null }),
      (error) => {
        if (leaving.signal.aborted) return;
        setLoaded({ value: null, problem: error instanceof Problem ? error : new Problem(0, "page", UNREACHABLE) });
      },
    );
    return () => leaving.abort();
  }, [path, key]);
  return loaded;
}

export function useSummary(run_id: string | null): Loaded<Summary> {
  return useLoaded("/v1/insights/coverage", run_id ? { run_id } : null);
}

export function useCells(run_id: string | null): Loaded<Cells> {
  return useLoaded("/v1/insights/cells.geojson", run_id ? { run_id } : null);
}

export function useGaps(run_id: string | null, preset_id: string | null): Loaded<{ items: Gap[] }> {
  return useLoaded("/v1/insights/gaps", run_id && preset_id ? { run_id, preset_id } : null);
}

export function useBoardings(service_date: string | null): Loaded<Boardings> {
  return useLoaded("/v1/insights/boardings", service_date ? { service_date } : null);
}

export interface Backdrop {
  stops: FeatureCollection;
  streets: FeatureCollection;
}

const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };

/** Our own map: a town without streets shows its stops alone. */
export function useBackdrop(): Loaded<Backdrop> {
  const [loaded, setLoaded] = useState<Loaded<Backdrop>>({ value: null, problem: null });
  useEffect(() => {
    const streets = call<FeatureCollection>("GET", "/v1/insights/streets.geojson").catch((error: Problem) => {
      if (error.status === 404) return NOTHING;
      throw error;
    });
    Promise.all([call<FeatureCollection>("GET", "/v1/insights/stops.geojson"), streets]).then(
      ([stops, found]) => setLoaded({ value: { stops, streets: found }, problem: null }),
      (problem) => setLoaded({ value: null, problem }),
    );
  }, []);
  return loaded;
}
