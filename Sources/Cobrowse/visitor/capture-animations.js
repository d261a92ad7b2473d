import { Op } from "../shared/ops.js";
import { isScripted } from "./capture-scripted.js";

const timing = ["delay", "endDelay", "fill", "iterationStart", "iterations", "duration", "direction", "easing"];

/** Animations that scripts have made: no style tells of them. Those of SVG are told as the values that they reach. */
export class Animations {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** Elements that are animated by scripts, with what was sent. @type {Map<any, string>} */
    this.sent = new Map();
    /** SVG's own animations, with the value that was sent. @type {Map<any, string>} */
    this.elements = new Map();
  }

  clear() {
    this.sent.clear();
    this.elements.clear();
  }

  /** @param {any} element of SVG that animates another one */
  add(element) {
    this.elements.set(element, "");
  }

  /** @param {any} element */
  remove(element) {
    this.sent.delete(element);
    this.elements.delete(element);
  }

  /** @param {import("../shared/byte-writer.js").ByteWriter} out */
  write(out) {
    const { ids, mask, platform, roots } = this.parts;
    /** @type {Map<any, string[]>} */
    const now = new Map();
    for (const root of roots.roots) {
      if (root.nodeType !== 9) continue;
      for (const animation of root.getAnimations()) {
        if (!isScripted(animation)) continue;
        const element = animation.effect.target;
        if (animation.effect.pseudoElement || ids.of(element) === 0 || mask.covers(element)) continue;
        const list = now.get(element) ?? [];
        list.push(this.text(animation, element));
        now.set(element, list);
      }
    }
    for (const element of this.sent.keys()) if (!now.has(element)) now.set(element, []);
    for (const [element, texts] of now) {
      const text = texts.join("\n");
      if (text === (this.sent.get(element) ?? "")) continue;
      if (text === "") this.sent.delete(element);
      else this.sent.set(element, text);
      out.byte(Op.animation);
      out.number(ids.of(element));
      out.number(texts.length);
      for (const each of texts) out.text(each);
    }
    for (const [element, value] of this.elements) this.writeValue(out, element, value, platform);
  }

  /**
   * @param {any} animation
   * @param {any} element
   */
  text(animation, element) {
    const { effect, playState } = animation;
    const options = effect.getTiming();
    const times = timing.map((name) => `"${name}":${JSON.stringify(String(options[name]))}`).join();
    const frames = [];
    for (const frame of effect.getKeyframes()) {
      const parts = [];
      for (const name of Object.keys(frame)) {
        if (name === "computedOffset" || frame[name] === null) continue;
        parts.push(`${JSON.stringify(name)}:${JSON.stringify(this.parts.assets.inText(String(frame[name]), element))}`);
      }
      frames.push(`{${parts.join()}}`);
    }
    const running = playState === "running";
    // Where a running one stands follows from when it began, so that it is told once and not again and again.
    const at = running ? Number(animation.timeline?.currentTime) - Number(animation.startTime) : animation.currentTime;
    const told = running && this.sent.get(element)?.includes(`"run":${Math.round(animation.startTime)},`)
      ? /"at":([\d.-]+)/.exec(this.sent.get(element) ?? "")?.[1] : at;
    return `{"run":${running ? Math.round(animation.startTime) : -1},"at":${Number(told)},"rate":${animation.playbackRate},"timing":{${times}},"frames":[${frames.join()}]}`;
  }

  /**
   * @param {import("../shared/byte-writer.js").ByteWriter} out
   * @param {any} element
   * @param {string} sent
   * @param {import("./capture-platform.js").Platform} platform
   */
  writeValue(out, element, sent, platform) {
    const target = element.targetElement;
    const name = platform.attribute(element, "attributeName") ?? (element.localName === "animateTransform" ? "transform" : "");
    const id = this.parts.ids.of(target ?? null);
    if (id === 0 || !/^[a-zA-Z-]+$/.test(name) || /href|^on/i.test(name) || this.parts.mask.covers(target)) return;
    const value = shownValue(target, name) ?? platform.attribute(target, name) ?? "";
    if (value === sent) return;
    this.elements.set(element, value);
    if (sent === "" && value === platform.attribute(target, name)) return;
    out.byte(Op.attribute);
    out.number(id);
    out.word(name);
    out.text(value);
  }
}

/**
 * @param {any} target
 * @param {string} name
 * @returns {string | undefined} what an attribute is animated to
 */
function shownValue(target, name) {
  const animated = target[name]?.animVal ?? target[`${name}1`]?.animVal;
  if (animated === undefined) return target.ownerDocument.defaultView?.getComputedStyle(target).getPropertyValue(name) || undefined;
  if (typeof animated !== "object") return String(animated);
  if (animated.valueAsString !== undefined) return animated.valueAsString;
  const list = [];
  for (let index = 0; index < (animated.numberOfItems ?? 0); index++) {
    const { matrix, x, y, value, valueAsString } = animated.getItem(index);
    if (matrix) list.push(`matrix(${matrix.a} ${matrix.b} ${matrix.c} ${matrix.d} ${matrix.e} ${matrix.f})`);
    else list.push(valueAsString ?? (x === undefined ? value : `${x},${y}`));
  }
  return animated.numberOfItems === undefined ? undefined : list.join(" ");
}
