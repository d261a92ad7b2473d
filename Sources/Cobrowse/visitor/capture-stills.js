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

/** In WebGL: what is drawn into, null where that is the canvas itself. */
const framebufferBinding = 0x8ca6;
/** How many times as long as a copy took none is made: drawing must not become slow by it. */
const rest = 10;

/** @typedef {{due: number, number: number, hash: number, isBlocked: boolean, rested: number, isCopied?: boolean}} Still */

/** Pictures of canvases and videos, taken as they change: one at a time, not too often, and only of what is in view. */
export class Stills {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {Map<any, Still>} */
    this.elements = new Map();
    /** @type {Set<any>} */
    this.fresh = new Set();
    /** What WebGL drew last, where it does not keep that itself, by its canvas. @type {WeakMap<any, any>} */
    this.copies = new WeakMap();
    this.isBusy = false;
    for (const [{ defaultView }, undo] of parts.patches.undo) this.watch(defaultView, undo);
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
    this.elements.set(element, { due: 0, number: 0, hash: 0, isBlocked: false, rested: 0 });
  }

  /**
   * Watches WebGL: what it has drawn is gone once it is on the screen.
   * @param {any} window
   * @param {(() => void)[]} undo
   */
  watch(window, undo) {
    if (!window) return; // its frame is gone
    for (const kind of ["WebGLRenderingContext", "WebGL2RenderingContext"]) {
      for (const name of draws) wrapMethod(undo, window[kind]?.prototype, name, (context) => this.drawn(context));
    }
  }

  /** @param {any} context that is about to draw */
  drawn(context) {
    const { canvas } = context;
    const still = this.elements.get(canvas);
    if (!still || still.isCopied || performance.now() < still.rested || context.getParameter(framebufferBinding) !== null) return;
    still.isCopied = true;
    // Whoever keeps it is asked for it later.
    if (context.getContextAttributes()?.preserveDrawingBuffer) return;
    queueMicrotask(() => {
      still.isCopied = false;
      this.copy(canvas, still);
    });
  }

  /**
   * @param {any} canvas that has just been drawn on
   * @param {Still} still
   */
  copy(canvas, still) {
    const { width, height, ownerDocument } = canvas;
    if (width * height === 0 || width * height > mostPixels) {
      this.copies.delete(canvas);
      return;
    }
    const began = performance.now();
    try {
      const copy = this.copies.get(canvas) ?? ownerDocument.createElement("canvas");
      this.copies.set(canvas, copy);
      if (copy.width !== width || copy.height !== height) Object.assign(copy, { width, height });
      const flat = copy.getContext("2d");
      flat.globalCompositeOperation = "copy";
      flat.drawImage(canvas, 0, 0);
    } catch {
      this.copies.delete(canvas);
    }
    // A second's credit, so that short bursts are copied to their end; after long ones the last frame may be missed.
    still.rested = Math.max(still.rested, began - 1000) + (performance.now() - began) * rest;
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
      const blob = await picture(this.copies.get(element) ?? element);
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
