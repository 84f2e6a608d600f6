// The tablet's camera as a reader: frames go to the edge unit, which reads codes and plates; codes also without it.

import { edge, Refused } from "./edge.js";
import { smaller } from "./parts.js";
import { h } from "./view.js";
import { w } from "./words.js";

const LOOKS_EVERY_MS = 600;
const JPEG = { type: "image/jpeg", quality: 0.8 };

/** A viewfinder. `found({codes, plates})` for each look that sees something; `stop()` ends it. */
export function viewfinder({ found, failed }) {
  let stream = null;
  let video = null;
  let running = true;
  const detector = "BarcodeDetector" in globalThis ? new BarcodeDetector() : null;

  async function start() {
    try {
      if (!navigator.mediaDevices?.getUserMedia) throw new Error(w("none"));
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
      if (!running) { stop(); return; }
      if (video) video.srcObject = stream;
      look();
    } catch (error) {
      failed(error.message || error.name);
    }
  }

  async function look() {
    while (running) {
      await new Promise((resolve) => setTimeout(resolve, LOOKS_EVERY_MS));
      if (!running || !video?.videoWidth) continue;
      const seen = await readVideo().catch(() => null);
      if (running && seen && (seen.codes.length || seen.plates.length)) found(seen);
    }
  }

  async function readVideo() {
    const codes = detector ? (await detector.detect(video)).map((code) => ({ type: code.format, text: code.rawValue })) : [];
    if (codes.length) return { codes, plates: [] };
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
    canvas.getContext("2d").drawImage(video, 0, 0);
    return readPicture(await canvas.convertToBlob(JPEG));
  }

  function stop() {
    running = false;
    for (const track of stream?.getTracks() ?? []) track.stop();
  }

  start();
  return {
    stop,
    view: () => h("figure", { class: "viewfinder" }, h("video", { autoplay: true, muted: true, playsinline: true, "aria-label": w("scanHint"), ref: (node) => { video = node; video.muted = true; if (stream) video.srcObject = stream; } }), h("figcaption", null, w("scanHint"))),
  };
}

/** What the edge unit reads in one picture. */
export async function readPicture(blob) {
  try {
    return await edge.read(await (await smaller(blob)).arrayBuffer());
  } catch (error) {
    if (error instanceof Refused) return { codes: [], plates: [] };
    throw error;
  }
}
