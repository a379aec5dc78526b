// The patterns that repeat what a colour says, as small seamless pictures for the map.
import type { Pattern } from "./scale";

const SIDE = 16;
/** Drawn at twice the size, so that they stay sharp on dense screens. */
export const PATTERN_RATIO = 2;

const INK = "rgba(0, 0, 0, 0.4)";

const DRAW: Record<Exclude<Pattern, null>, (pen: CanvasRenderingContext2D) => void> = {
  hatch: (pen) => {
    pen.lineWidth = 2.5;
    // Three strokes, so that the corners of neighbouring tiles join.
    for (const shift of [-SIDE, 0, SIDE]) {
      pen.moveTo(shift - 2, SIDE + 2);
      pen.lineTo(shift + SIDE + 2, -2);
    }
    pen.stroke();
  },
  lines: (pen) => {
    pen.lineWidth = 1.8;
    pen.moveTo(0, SIDE / 2);
    pen.lineTo(SIDE, SIDE / 2);
    pen.stroke();
  },
  dots: (pen) => {
    pen.arc(SIDE / 2, SIDE / 2, 2.2, 0, 2 * Math.PI);
    pen.fill();
  },
};

export const PATTERNS = Object.keys(DRAW) as Exclude<Pattern, null>[];

export function drawPattern(pattern: Exclude<Pattern, null>): ImageData {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("This browser cannot draw on a canvas.");
  pen.strokeStyle = pen.fillStyle = INK;
  pen.beginPath();
  DRAW[pattern](pen);
  return pen.getImageData(0, 0, SIDE, SIDE);
}
