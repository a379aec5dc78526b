// The map: drawn by MapLibre from our own data, with no tile, font or picture from outside.
import {
  type GeoJSONSource, LngLatBounds, Map as MapLibre, NavigationControl, ScaleControl, setWorkerUrl,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import "maplibre-gl/dist/maplibre-gl.css";
import type { FeatureCollection } from "geojson";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../shared/language";
import type { Town } from "../shared/wire";
import type { Cells } from "./coverage";
import type { Backdrop } from "./data";
import { baseStyle, DARK, LIGHT, paintedCells } from "./layers";
import { drawPattern, PATTERN_RATIO, PATTERNS } from "./patterns";
import type { Scale } from "./scale";
import { PLANNER } from "./strings";

setWorkerUrl(workerUrl);

const CLOSE_ZOOM = 14;
/** About the width of the card that says why. */
const CARD_PIXELS = 300;

interface Props {
  town: Town;
  backdrop: Backdrop | null;
  cells: Cells | null;
  scale: Scale | null;
  chosen: { cell_id: string; lon: number; lat: number } | null;
  camera: readonly [number, number, number] | null;
  onCamera: (camera: readonly [number, number, number]) => void;
  onChoose: (cell_id: string) => void;
}

export function canDraw(): boolean {
  return document.createElement("canvas").getContext("webgl2") !== null;
}

export default function MapView(props: Props) {
  const { town, backdrop, cells, scale, chosen, camera } = props;
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const pressed = useRef<string | null>(null);
  const [map, setMap] = useState<MapLibre | null>(null);

  useEffect(() => {
    if (!place.current) return;
    const made = makeMap(place.current, town, camera, latest);
    made.on("click", "cells", (event) => {
      const cell_id: unknown = event.features?.[0]?.properties["cell_id"];
      if (typeof cell_id !== "string") return;
      pressed.current = cell_id;
      latest.current.onChoose(cell_id);
    });
    // The style is at hand, so this comes without waiting for data.
    made.once("style.load", () => setMap(made));
    return () => made.remove();
  }, []);

  useEffect(() => {
    if (!map || !backdrop) return;
    fill(map, "stops", backdrop.stops);
    fill(map, "streets", backdrop.streets);
  }, [map, backdrop]);
  useEffect(() => {
    if (map && cells && scale) fill(map, "cells", paintedCells(cells, scale));
  }, [map, cells, scale]);
  useEffect(() => {
    if (map && !camera) fitTo(map, cells?.features.length ? cells : (backdrop?.stops ?? null));
  }, [map, cells, backdrop]);
  useEffect(() => {
    if (!map) return;
    map.setFilter("cells-chosen", ["==", ["get", "cell_id"], chosen?.cell_id ?? ""]);
    // What was pressed on the map is in view already.
    if (chosen && chosen.cell_id !== pressed.current) flyTo(map, chosen);
  }, [map, chosen?.cell_id]);

  return <div ref={place} class="map" data-cells={cells?.features.length ?? 0} />;
}

type Latest = { readonly current: Props };

function makeMap(container: HTMLElement, town: Town, camera: Props["camera"], latest: Latest): MapLibre {
  const dark = matchMedia("screen and (prefers-color-scheme: dark)").matches;
  const map = new MapLibre({
    container,
    style: baseStyle(dark ? DARK : LIGHT),
    center: camera ? [camera[0], camera[1]] : town.center,
    zoom: camera?.[2] ?? 11,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    // Without it the printed page has an empty map.
    canvasContextAttributes: { preserveDrawingBuffer: true },
    locale: { "Map.Title": t(PLANNER.map) },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
  map.on("style.load", () => dress(map));
  map.on("moveend", () => {
    const { lng, lat } = map.getCenter();
    latest.current.onCamera([lng, lat, map.getZoom()]);
  });
  map.on("mousemove", "cells", () => void (map.getCanvas().style.cursor = "pointer"));
  map.on("mouseleave", "cells", () => void (map.getCanvas().style.cursor = ""));
  map.on("idle", () => void (container.dataset["drawn"] = "true"));
  return map;
}

function dress(map: MapLibre): void {
  for (const pattern of PATTERNS) map.addImage(pattern, drawPattern(pattern), { pixelRatio: PATTERN_RATIO });
  map.setPaintProperty("cells", "fill-color", ["get", "colour"]);
  map.setPaintProperty("cells-pattern", "fill-pattern", ["get", "pattern"]);
}

function fill(map: MapLibre, source: string, data: FeatureCollection | Cells): void {
  void map.getSource<GeoJSONSource>(source)?.setData(data);
}

/** Brings a cell to the middle of what the card beside it leaves free. */
function flyTo(map: MapLibre, { lon, lat }: { lon: number; lat: number }): void {
  const beside = map.getContainer().clientWidth > 2 * CARD_PIXELS ? CARD_PIXELS / 2 : 0;
  map.flyTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), CLOSE_ZOOM), offset: [beside, 0] });
}

function fitTo(map: MapLibre, data: FeatureCollection | Cells | null): void {
  const bounds = new LngLatBounds();
  for (const { geometry } of data?.features ?? []) {
    if (geometry.type === "Point") bounds.extend(geometry.coordinates as [number, number]);
    if (geometry.type === "Polygon") bounds.extend(geometry.coordinates[0]?.[0] as [number, number]);
  }
  if (!bounds.isEmpty()) map.fitBounds(bounds, { padding: 24, animate: false });
}
