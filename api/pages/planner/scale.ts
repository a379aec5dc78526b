// How a cell's class or number becomes a colour, a pattern and words. The scale runs from
// blue (served) to orange (not): told apart by people who see no red or no green, and by
// lightness alone. Patterns repeat it, so that nothing is said by colour only.
import type { Measure, Preset, Text } from "../shared/wire";
import { type CellProperties, column, NOT_ASSESSED, numberIn } from "./coverage";
import { CLASSES, PLANNER } from "./strings";

export type Pattern = "dots" | "lines" | "hatch" | null;

export interface Step {
  id: string;
  words: Text;
  colour: string;
  pattern: Pattern;
}

export interface Scale {
  /** Best first; the last step is what is not known. */
  steps: readonly Step[];
  stepOf: (cell: CellProperties) => Step;
}

// Lighter ends on a dark ground: the worst and the best must stand out on either.
const DARK = matchMedia("screen and (prefers-color-scheme: dark)").matches;
const RAMP = DARK ? ["#008bf2", "#97d3ff", "#ffc199", "#fb5b01"] : ["#00428c", "#39abff", "#ffb370", "#ac3e00"];
const RAMP_PATTERNS: readonly Pattern[] = [null, null, "dots", "lines"];
const SEQUENCE = ["#e8f1fe", "#9db7f9", "#4979f5", "#0017c1", "#000060"] as const;
const UNKNOWN = { colour: "#999999", pattern: "hatch" } as const;

/** The classes of a standard. */
export function classScale(preset: Preset): Scale {
  const known = preset.classes.filter((each) => each !== NOT_ASSESSED);
  const steps = known.map((id, index): Step => {
    const place = Math.round((index * (RAMP.length - 1)) / Math.max(1, known.length - 1));
    return { id, words: wordsOf(id), colour: RAMP[place] ?? UNKNOWN.colour, pattern: RAMP_PATTERNS[place] ?? null };
  });
  const unknown: Step = { id: NOT_ASSESSED, words: wordsOf(NOT_ASSESSED), ...UNKNOWN };
  const name = column("class", preset);
  return {
    steps: [...steps, unknown],
    stepOf: (cell) => steps.find((step) => step.id === cell[name]) ?? unknown,
  };
}

function wordsOf(id: string): Text {
  return CLASSES[id] ?? { ja: id, en: id };
}

/** Upper bounds of the steps of each unit; walking is better when low, service when high. */
const BOUNDS: Record<string, { bounds: readonly number[]; colours: readonly string[] }> = {
  meters: { bounds: [300, 500, 1_000], colours: RAMP },
  "departures/hour": { bounds: [1, 4, 10], colours: [...RAMP].reverse() },
  people: { bounds: [20, 100, 300, 1_000], colours: SEQUENCE },
};

/** A number that every cell carries, in steps. */
export function measureScale(measure: Measure): Scale {
  const { bounds, colours } = BOUNDS[measure.unit] ?? { bounds: [1, 10, 100], colours: SEQUENCE };
  const steps = colours.map((colour, index): Step => ({
    id: `step-${index}`,
    words: PLANNER.range(bounds[index - 1] ?? null, bounds[index] ?? null, measure.unit),
    colour,
    pattern: colours === SEQUENCE ? null : (RAMP_PATTERNS[RAMP.indexOf(colour)] ?? null),
  }));
  const unknown: Step = { id: "unknown", words: PLANNER.unknown, ...UNKNOWN };
  return {
    steps: [...steps, unknown],
    stepOf: (cell) => {
      const value = numberIn(cell, measure.measure_id);
      if (value === null) return unknown;
      const index = bounds.findIndex((bound) => value < bound);
      return steps[index < 0 ? steps.length - 1 : index] ?? unknown;
    },
  };
}
