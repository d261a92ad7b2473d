import { Op } from "../shared/ops.js";
import { wrapMethod } from "./capture-wrap.js";

/** Milliseconds between two looks at one element, and what a look adds for each kilobyte that it sent. */
const interval = 200;
const perKilobyte = 4;
/** More pixels than this stay a placeholder; more bytes are sent with loss. */
const mostPixels = 4_000_000;
const mostBytes = 400_000;

/** Calls after which WebGL has something to show. */
const draws = [
  "clear", "drawArrays", "drawElements", "drawArraysInstanced", "drawElementsInstanced", "drawRangeElements",
  "blitFramebuffer",
];

/**
 * @typedef {{due: number, number: number, hash: number, isBlocked: boolean, copy?: any, isCopied?: boolean}} Still
 *   copy: what WebGL drew last, as far as it does not keep that itself
 */

/** Pictures of canvases and videos, taken as they change: one at a time, not too often, and only of what is in view. */
export class Stills {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {Map<any, Still>} */
    this.elements = new Map();
    /** @type {Set<any>} */
    this.fresh = new Set();
    /** Undo lists of documents whose calls are watched. @type {WeakSet<any>} */
    this.watched = new WeakSet();
    this.isBusy = false;
  }

  clear() {
    this.elements.clear();
    this.fresh.clear();
  }

  /**
   * @param {any} element
   * @param {boolean} masked
   */
  add(element, masked) {
    if (masked) {
      this.parts.boxes.add(element);
      return;
    }
    this.watch(element.ownerDocument);
    this.elements.set(element, { due: 0, number: 0, hash: 0, isBlocked: false });
  }

  /**
   * Watches WebGL: what it has drawn is gone once it is on the screen.
   * @param {any} document
   */
  watch(document) {
    const undo = this.parts.patches.undo.get(document);
    if (undo === undefined || this.watched.has(undo)) return;
    this.watched.add(undo);
    for (const kind of ["WebGLRenderingContext", "WebGL2RenderingContext"]) {
      const prototype = document.defaultView[kind]?.prototype;
      for (const name of draws) wrapMethod(undo, prototype, name, (context) => this.drawn(context));
    }
  }

  /** @param {any} context that is about to draw */
  drawn(context) {
    const { canvas } = context;
    const still = this.elements.get(canvas);
    if (still === undefined || still.isCopied) return;
    still.isCopied = true;
    // Whoever keeps it is asked for it later.
    if (context.getContextAttributes()?.preserveDrawingBuffer) return;
    queueMicrotask(() => {
      still.isCopied = false;
      still.copy ??= canvas.ownerDocument.createElement("canvas");
      const { copy } = still;
      if (copy.width !== canvas.width || copy.height !== canvas.height) Object.assign(copy, { width: canvas.width, height: canvas.height });
      const flat = copy.getContext("2d");
      flat.globalCompositeOperation = "copy";
      flat.drawImage(canvas, 0, 0);
    });
  }

  /** @param {any} element */
  remove(element) {
    const still = this.elements.get(element);
    if (still) this.parts.assets.made.delete(still.number);
    this.elements.delete(element);
    this.fresh.delete(element);
  }

  /** @param {import("../shared/byte-writer.js").ByteWriter} out */
  write(out) {
    for (const element of this.fresh) {
      const id = this.parts.ids.of(element);
      const still = this.elements.get(element);
      if (id === 0 || !still) continue;
      out.byte(Op.still);
      out.number(id);
      out.number(still.number);
    }
    this.fresh.clear();
  }

  /** Takes the next picture that is due, in an animation frame: what WebGL has drawn is gone after it. */
  work() {
    if (this.isBusy || this.elements.size === 0) return;
    const now = performance.now();
    for (const [element, still] of this.elements) {
      if (still.due > now || still.isBlocked || !isInView(element)) continue;
      this.isBusy = true;
      this.parts.platform.frame(() => void this.take(element, still).finally(() => (this.isBusy = false)));
      return;
    }
  }

  /**
   * @param {any} element
   * @param {Still} still
   */
  async take(element, still) {
    const began = performance.now();
    still.due = began + interval;
    try {
      const blob = await picture(still.copy ?? element);
      if (blob === null || this.elements.get(element) !== still || !this.parts.running) return;
      const hash = hashOf(new Uint8Array(await blob.arrayBuffer()));
      const spent = performance.now() - began;
      still.due = began + interval + spent * 4;
      if (hash === still.hash || this.elements.get(element) !== still) return;
      still.hash = hash;
      still.due += (blob.size / 1024) * perKilobyte;
      const { assets, schedule } = this.parts;
      assets.made.delete(still.number);
      still.number = assets.make(blob);
      this.fresh.add(element);
      schedule();
    } catch {
      still.isBlocked = true; // another origin's pixels are in it: nobody may read them
    }
  }
}

/** @param {any} element */
function isInView(element) {
  const { width, height, top, left, bottom, right } = element.getBoundingClientRect();
  const view = element.ownerDocument.defaultView;
  return view && width > 0 && height > 0 && bottom > 0 && right > 0 && top < view.innerHeight && left < view.innerWidth;
}

/**
 * @param {any} element
 * @returns {Promise<Blob | null>}
 */
async function picture(element) {
  let canvas = element;
  if (element.localName === "video") {
    const { videoWidth, videoHeight, readyState } = element;
    if (readyState < 2 || videoWidth === 0) return null;
    const scale = Math.min(1, element.clientWidth / videoWidth || 1);
    canvas = element.ownerDocument.createElement("canvas");
    canvas.width = Math.ceil(videoWidth * scale);
    canvas.height = Math.ceil(videoHeight * scale);
    canvas.getContext("2d").drawImage(element, 0, 0, canvas.width, canvas.height);
  }
  const pixels = canvas.width * canvas.height;
  if (pixels === 0 || pixels > mostPixels) return null;
  const exact = await encoded(canvas, "image/png");
  return exact !== null && exact.size > mostBytes ? encoded(canvas, "image/webp") : exact;
}

/**
 * @param {any} canvas
 * @param {string} type
 * @returns {Promise<Blob | null>}
 */
function encoded(canvas, type) {
  return new Promise((resolve) => canvas.toBlob(resolve, type, 0.8));
}

/** @param {Uint8Array} bytes */
function hashOf(bytes) {
  let hash = bytes.length;
  for (let index = 0; index < bytes.length; index++) hash = (Math.imul(hash, 31) + bytes[index]) | 0;
  return hash;
}
