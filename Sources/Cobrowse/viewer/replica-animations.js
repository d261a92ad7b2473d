import { rewriteDeclarations } from "./replica-css.js";

const most = 50;

/** Animations that the page's scripts have made. */
export class ReplicaAnimations {
  /** @param {import("./replica.js").ReplicaParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {WeakMap<any, any[]>} */
    this.running = new WeakMap();
  }

  /**
   * @param {any} element
   * @param {string[]} texts
   */
  show(element, texts) {
    for (const animation of this.running.get(element) ?? []) animation.cancel();
    const list = [];
    for (const text of texts.slice(0, most)) {
      try {
        list.push(this.start(element, JSON.parse(text)));
      } catch {
        continue;
      }
    }
    this.running.set(element, list);
  }

  /**
   * @param {any} element
   * @param {any} what
   */
  start(element, what) {
    const frames = what.frames.slice(0, 1000).map((/** @type {any} */ frame) => this.frame(frame));
    const { delay, endDelay, fill, iterationStart, iterations, duration, direction, easing } = what.timing;
    const animation = element.animate(frames, {
      delay: Number(delay), endDelay: Number(endDelay), fill: String(fill), iterationStart: Number(iterationStart),
      iterations: Number(iterations), duration: Number(duration) || 0, direction: String(direction), easing: String(easing),
    });
    animation.playbackRate = Number(what.rate);
    if (what.run < 0) animation.pause();
    animation.currentTime = Number(what.at);
    return animation;
  }

  /** @param {Record<string, string>} frame */
  frame(frame) {
    /** @type {Record<string, any>} */
    const result = {};
    for (const [name, value] of Object.entries(frame)) {
      if (name === "offset") result[name] = Number(value);
      else if (/^[A-Za-z-][\w-]*$/.test(name)) result[name] = rewriteDeclarations(String(value), this.parts.css);
    }
    return result;
  }
}
