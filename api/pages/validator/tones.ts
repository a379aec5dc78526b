// What the driver hears and feels without looking: up is yes, down is no, level is look.
export type Verdict = "good" | "bad" | "look";

const NOTES: Record<Verdict, readonly number[]> = {
  good: [659, 988],
  bad: [392, 196],
  look: [587, 587, 587],
};
const BUZZ: Record<Verdict, number[]> = { good: [80], bad: [250, 80, 250], look: [80, 60, 80] };
const NOTE_SECONDS = 0.14;

let audio: AudioContext | null = null;

/** Browsers allow sound only after a touch: call this from one. */
export function allowSound(): void {
  audio ??= new AudioContext();
  void audio.resume();
}

export function sound(verdict: Verdict): void {
  // Not before the first touch: a browser would only complain.
  if (navigator.userActivation?.hasBeenActive ?? true) navigator.vibrate?.(BUZZ[verdict]);
  if (audio?.state !== "running") return;
  NOTES[verdict].forEach((hertz, index) => play(audio as AudioContext, hertz, index * NOTE_SECONDS));
}

function play(context: AudioContext, hertz: number, after: number): void {
  const start = context.currentTime + after;
  const tone = new OscillatorNode(context, { frequency: hertz, type: "triangle" });
  const loudness = new GainNode(context, { gain: 0 });
  // A short rise and fall: a square start and stop would click.
  loudness.gain.setValueAtTime(0, start);
  loudness.gain.linearRampToValueAtTime(0.4, start + 0.01);
  loudness.gain.linearRampToValueAtTime(0, start + NOTE_SECONDS);
  tone.connect(loudness).connect(context.destination);
  tone.start(start);
  tone.stop(start + NOTE_SECONDS);
}
