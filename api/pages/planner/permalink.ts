// What is on screen as the page's address, so that it can be sent to somebody.
export interface View {
  run_id: string | null;
  preset_id: string | null;
  /** `class` for the standard's classes, else a measure's id. */
  measure_id: string;
  cell_id: string | null;
  /** Longitude, latitude, zoom. */
  camera: readonly [number, number, number] | null;
}

export function readView(search: string = location.search): View {
  const query = new URLSearchParams(search);
  const camera = (query.get("map") ?? "").split(",").map(Number);
  const [lon, lat, zoom] = camera;
  const whole = camera.length === 3 && camera.every(Number.isFinite);
  return {
    run_id: query.get("run"),
    preset_id: query.get("preset"),
    measure_id: query.get("measure") ?? "class",
    cell_id: query.get("cell"),
    camera: whole ? [lon as number, lat as number, zoom as number] : null,
  };
}

export function writeView(view: View): void {
  const query = new URLSearchParams();
  if (view.run_id) query.set("run", view.run_id);
  if (view.preset_id) query.set("preset", view.preset_id);
  if (view.measure_id !== "class") query.set("measure", view.measure_id);
  if (view.cell_id) query.set("cell", view.cell_id);
  if (view.camera) {
    const [lon, lat, zoom] = view.camera;
    query.set("map", `${lon.toFixed(5)},${lat.toFixed(5)},${zoom.toFixed(2)}`);
  }
  history.replaceState(null, "", `${location.pathname}?${query}`);
}
