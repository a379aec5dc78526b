// Draws a code so that any reader can read it: dark on white whatever the theme, whole
// device pixels per module, and the four modules of quiet zone that the standard asks for.
import { useEffect, useRef } from "preact/hooks";
import { encode } from "uqr";

const QUIET_MODULES = 4;
const LARGEST_CSS_PIXELS = 420;

export function Code({ text, label }: { text: string; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    const room = element?.parentElement;
    if (!element || !room) return;
    const redraw = () => draw(element, text, room.clientWidth);
    const watcher = new ResizeObserver(redraw);
    watcher.observe(room);
    redraw();
    return () => watcher.disconnect();
  }, [text]);
  return <canvas ref={canvas} class="code" role="img" aria-label={label} />;
}

function draw(canvas: HTMLCanvasElement, text: string, roomCssPixels: number): void {
  const modules = encode(text, { ecc: "L", border: 0 });
  const ratio = window.devicePixelRatio;
  const across = modules.size + 2 * QUIET_MODULES;
  const room = Math.min(roomCssPixels, LARGEST_CSS_PIXELS);
  const scale = Math.max(1, Math.floor((room * ratio) / across));
  canvas.width = canvas.height = across * scale;
  canvas.style.width = canvas.style.height = `${(across * scale) / ratio}px`;
  canvas.dataset["modules"] = String(modules.size);
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#000";
  modules.data.forEach((line, y) =>
    line.forEach((dark, x) => {
      if (dark) pen.fillRect((x + QUIET_MODULES) * scale, (y + QUIET_MODULES) * scale, scale, scale);
    }),
  );
}
