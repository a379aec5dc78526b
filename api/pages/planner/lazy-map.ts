// The map is the heavy part of the page: it comes after the numbers, where it can be drawn.
import { useEffect, useState } from "preact/hooks";
import type MapView from "./map-view";

type Found = typeof MapView | "none" | null;

/** The map component, null while it is on its way, "none" without WebGL. */
export function useMapView(): Found {
  const [found, setFound] = useState<{ view: Found }>({ view: null });
  useEffect(() => {
    import("./map-view").then(
      ({ default: view, canDraw }) => setFound({ view: canDraw() ? view : "none" }),
      () => setFound({ view: "none" }),
    );
  }, []);
  return found.view;
}
