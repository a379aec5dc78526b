// The map's layers: our streets, the cells in their colours and patterns, our stops.
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { FeatureCollection } from "geojson";
import type { Cells } from "./coverage";
import type { Scale } from "./scale";

const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };
const FONTS = ["Hiragino Sans", "Noto Sans JP", "Noto Sans CJK JP", "sans-serif"];

export interface Ink {
  ground: string;
  street: string;
  text: string;
  halo: string;
}

export const LIGHT: Ink = { ground: "#f2f2f2", street: "#666666", text: "#1a1a1a", halo: "#ffffff" };
export const DARK: Ink = { ground: "#1a1a1a", street: "#cccccc", text: "#ffffff", halo: "#1a1a1a" };

// No `glyphs`: labels are drawn with the fonts of the device, nothing is fetched.
export function baseStyle(ink: Ink): StyleSpecification {
  const source = { type: "geojson", data: EMPTY } as const;
  return {
    version: 8,
    sources: { cells: source, streets: source, stops: source },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": ink.ground } },
      { id: "cells", type: "fill", source: "cells", paint: { "fill-opacity": 0.7, "fill-antialias": false } },
      { id: "cells-pattern", type: "fill", source: "cells", filter: ["!=", ["get", "pattern"], ""] },
      ...streetLayers(ink),
      {
        id: "cells-chosen",
        type: "line",
        source: "cells",
        filter: ["==", ["get", "cell_id"], ""],
        paint: { "line-color": ink.text, "line-width": 4 },
      },
      ...stopLayers(ink),
    ],
  };
}

function streetLayers(ink: Ink): LayerSpecification[] {
  const main: ExpressionSpecification = [
    "in", ["get", "highway"], ["literal", ["motorway", "trunk", "primary", "secondary"]],
  ];
  return [
    {
      id: "streets",
      type: "line",
      source: "streets",
      paint: {
        "line-color": ink.street,
        "line-opacity": ["interpolate", ["linear"], ["zoom"], 11, ["case", main, 0.7, 0.15], 15, 0.7],
        "line-width": ["interpolate", ["linear"], ["zoom"], 10, ["case", main, 1, 0.3], 16, ["case", main, 5, 2]],
      },
    },
  ];
}

function stopLayers(ink: Ink): LayerSpecification[] {
  return [
    {
      id: "stops",
      type: "circle",
      source: "stops",
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 1.2, 13, 2.5, 16, 6],
        "circle-color": ["interpolate", ["linear"], ["zoom"], 13, ink.text, 14, ink.halo],
        "circle-stroke-color": ink.text,
        "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 10, 0.6, 16, 2],
      },
    },
    {
      id: "stop-names",
      type: "symbol",
      source: "stops",
      minzoom: 15,
      layout: {
        "text-field": ["get", "name"],
        "text-font": FONTS,
        "text-size": 16,
        "text-anchor": "top",
        "text-offset": [0, 0.6],
      },
      paint: { "text-color": ink.text, "text-halo-color": ink.halo, "text-halo-width": 2 },
    },
  ];
}

/** The cells with nothing but what the map needs: their id, colour and pattern. */
export function paintedCells(cells: Cells, scale: Scale): FeatureCollection {
  return {
    type: "FeatureCollection",
    features: cells.features.map((cell) => {
      const { colour, pattern } = scale.stepOf(cell.properties);
      const { cell_id } = cell.properties;
      return { type: "Feature", geometry: cell.geometry, properties: { cell_id, colour, pattern: pattern ?? "" } };
    }),
  };
}
