// Looks through the camera until it sees a code.
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../shared/language";
import { Notice } from "../shared/parts";
import type { Facing } from "./device";
import { VALIDATOR } from "./strings";

const LOOK_EVERY_MS = 120;
/** After so long without any code, the same text is somebody who comes again: paper never changes. */
const GONE_AFTER_MS = 2_000;
/** Enough pixels for a version 11 code at arm's length, few enough to be quick. */
const PICTURE_PIXELS = 720;

interface Props {
  facing: Facing;
  /** While paused the camera stays on, so that the next scan starts at once. */
  paused: boolean;
  onCode: (code: string) => void;
}

export function Scanner({ facing, paused, onCode }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<"wait" | "on" | "denied">("wait");
  useCamera(video, facing, setState);
  useCodes(video, state === "on" && !paused, onCode);
  return (
    <div class="scanner">
      <video ref={video} class={facing === "user" ? "mirror" : ""} autoplay muted playsInline
        aria-hidden="true" />
      {state === "on" && <div class="frame"><p>{t(VALIDATOR.scanHere)}</p></div>}
      {state === "wait" && <p class="center" role="status">{t(VALIDATOR.cameraWait)}</p>}
      {state === "denied" && <div class="center"><Notice tone="look" title={t(VALIDATOR.cameraDenied)} /></div>}
    </div>
  );
}

type VideoRef = { readonly current: HTMLVideoElement | null };

function useCamera(video: VideoRef, facing: Facing, setState: (state: "wait" | "on" | "denied") => void): void {
  useEffect(() => {
    let stream: MediaStream | null = null;
    let left = false;
    setState("wait");
    const start = async () => {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: facing, width: { ideal: 1280 }, height: { ideal: 720 } },
      });
      if (left || !video.current) return stop(stream);
      video.current.srcObject = stream;
      await video.current.play();
      setState("on");
    };
    start().catch(() => !left && setState("denied"));
    return () => {
      left = true;
      stop(stream);
    };
  }, [facing]);
}

function stop(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

function useCodes(video: VideoRef, looking: boolean, onCode: (code: string) => void): void {
  const last = useRef({ text: "", seenMs: 0 });
  const report = useRef(onCode);
  report.current = onCode;
  useEffect(() => {
    if (!looking) return;
    // While an answer was shown nobody looked: that is no time without a code.
    last.current.seenMs = performance.now();
    let timer = 0;
    let left = false;
    const look = async () => {
      const code = video.current && (await codeIn(video.current));
      if (left) return;
      // The same text again is the same screen still in view, never a second rider.
      const { text, seenMs } = last.current;
      const isNew = code !== text || performance.now() - seenMs > GONE_AFTER_MS;
      if (code) last.current = { text: code, seenMs: performance.now() };
      if (code && isNew) report.current(code);
      timer = window.setTimeout(look, LOOK_EVERY_MS);
    };
    void look();
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [looking]);
}

const canvas = document.createElement("canvas");

async function codeIn(video: HTMLVideoElement): Promise<string | null> {
  const side = Math.min(video.videoWidth, video.videoHeight);
  if (side === 0) return null;
  const pixels = Math.min(side, PICTURE_PIXELS);
  canvas.width = canvas.height = pixels;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) return null;
  const [left, top] = [(video.videoWidth - side) / 2, (video.videoHeight - side) / 2];
  pen.drawImage(video, left, top, side, side, 0, 0, pixels, pixels);
  const { readCode } = await import("./decode");
  return readCode(pen.getImageData(0, 0, pixels, pixels));
}
