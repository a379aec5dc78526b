// "Where is transport missing, how sure are we?": the planner's page.
import { useEffect, useMemo, useState } from "preact/hooks";
import { api, nullOn } from "../shared/api";
import { t, useLanguage } from "../shared/language";
import { useLoaded } from "../shared/load";
import { Failure, mount } from "../shared/mount";
import { Notice, Sources, Top } from "../shared/parts";
import { SHARED } from "../shared/strings";
import type { Options, Preset, Town } from "../shared/wire";
import { useBackdrop, useCells, useGaps, useSummary } from "./data";
import { useMapView } from "./lazy-map";
import { Panel } from "./panel";
import { readView, type View, writeView } from "./permalink";
import { classScale, measureScale } from "./scale";
import { PLANNER } from "./strings";
import { Why } from "./why";
import "./planner.css";

/** The indicator that every country reports, for a planner who has not chosen yet. */
const FIRST_PRESET = "sdg-11.2.1";

function App({ town }: { town: Town }) {
  const { value, problem, again } = useLoaded(async () => ({ options: await nullOn(403, readOptions()) }));
  return (
    <div class="page planner">
      <Top town={town} page={PLANNER.page} />
      {value?.options
        ? <Work town={town} options={value.options} />
        : (
          <main class="column stack">
            {!value && !problem && <p role="status">{t(SHARED.loading)}</p>}
            {value && <SignInFirst />}
            {problem && <Failure text={problem} again={again} />}
          </main>
        )}
    </div>
  );
}

/** The choices, or null for somebody who has not signed in. */
async function readOptions(): Promise<Options | null> {
  return nullOn(401, api.get("/v1/insights/options"));
}

function SignInFirst() {
  return (
    <>
      <Notice title={t(PLANNER.signIn)}>{t(PLANNER.signInBody)}</Notice>
      <a class="button primary" href="/sign-in">{t(PLANNER.goSignIn)}</a>
    </>
  );
}

function Work({ town, options }: { town: Town; options: Options }) {
  const language = useLanguage();
  const [view, change] = useView(options);
  const cells = useCells(view.run_id);
  const summary = useSummary(view.run_id);
  const gaps = useGaps(view.run_id, view.preset_id);
  const backdrop = useBackdrop();
  const preset = options.presets.find((each) => each.preset_id === view.preset_id) ?? null;
  const measure = options.measures.find((each) => each.measure_id === view.measure_id) ?? null;
  const scale = useMemo(
    () => preset && (measure ? measureScale(measure) : classScale(preset)),
    [language, preset, measure],
  );
  const chosen = cells.value?.features.find(({ properties }) => properties.cell_id === view.cell_id)?.properties ?? null;
  const MapView = useMapView();
  const problem = cells.problem ?? summary.problem ?? gaps.problem ?? backdrop.problem;

  return (
    <main class="work">
      <div class="map-side">
        <p class="visually-hidden">{t(PLANNER.mapHint)}</p>
        {MapView === "none" && <div class="no-map"><Notice tone="look" title={t(PLANNER.noWebgl)} /></div>}
        {typeof MapView === "function" && (
          <MapView key={language} town={town} backdrop={backdrop.value} cells={cells.value} scale={scale}
            chosen={chosen} camera={view.camera} onCamera={(camera) => change({ camera })}
            onChoose={(cell_id) => change({ cell_id })} />
        )}
        {chosen && preset && summary.value && (
          <Why cell={chosen} preset={preset} summary={summary.value} onClose={() => change({ cell_id: null })}
            gap={gaps.value?.find((gap) => gap.cell_id === chosen.cell_id) ?? null} />
        )}
        <p class="attribution">{options.attribution.map((source) => source.title).join(" | ")}</p>
      </div>
      <div class="panel stack">
        <h1>{t(PLANNER.question)}</h1>
        {problem && <Failure text={problem} />}
        <Panel options={options} view={view} change={change} cells={cells.value} gaps={gaps.value}
          summary={summary.value} scale={scale} />
        <Sources town={options} />
      </div>
    </main>
  );
}

/** The choices, kept in the address; what the address lacks or has wrong is the first offered. */
function useView(options: Options): [View, (part: Partial<View>) => void] {
  const [view, setView] = useState<View>(() => {
    const asked = readView();
    const { runs, presets, measures } = options;
    return {
      ...asked,
      run_id: (runs.find((run) => run.run_id === asked.run_id) ?? runs[0])?.run_id ?? null,
      preset_id: presetOf(presets, asked.preset_id ?? FIRST_PRESET),
      measure_id: measures.some((each) => each.measure_id === asked.measure_id) ? asked.measure_id : "class",
    };
  });
  useEffect(() => writeView(view), [view]);
  return [view, (part) => setView((now) => ({ ...now, ...part }))];
}

function presetOf(presets: readonly Preset[], wanted: string): string | null {
  return (presets.find((each) => each.preset_id === wanted) ?? presets[0])?.preset_id ?? null;
}

mount(App, PLANNER.page);
