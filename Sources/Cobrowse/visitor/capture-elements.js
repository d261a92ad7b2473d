import { Op, State } from "../shared/ops.js";

/** @type {[selector: string, bit: number][]} */
const states = [
  [":modal", State.modal],
  [":popover-open", State.popover],
  [":fullscreen", State.fullscreen],
  [":user-invalid", State.userInvalid],
  [":autofill", State.autofill],
  [":target", State.target],
  ["select:open", State.open],
];

/** States of elements that no attribute tells: undefined, modal, shown as a popover, full screen, open. */
export class Elements {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** Elements that may be in a state, with what was sent. @type {Map<any, string>} */
    this.watched = new Map();
    /** Names of custom states that style sheets speak of. @type {Set<string>} */
    this.names = new Set();
    this.hash = "";
    const probe = parts.platform.window.document.createElement("a");
    this.states = /** @type {typeof states} */ ([]);
    for (const state of states) if (isKnown(probe, state[0])) this.states.push(state);
    this.knowsStates = isKnown(probe, ":state(a)");
  }

  clear() {
    this.watched.clear();
    this.hash = "";
  }

  /** @param {any} element */
  add(element) {
    if (!this.watched.has(element)) this.watched.set(element, "0 ");
  }

  /** @param {any} element */
  remove(element) {
    this.watched.delete(element);
  }

  /** @param {string} css whose custom states are looked for from now on */
  learn(css) {
    if (!this.knowsStates || !css.includes(":state(")) return;
    for (const match of css.matchAll(/:state\(\s*([\w-]+)\s*\)/g)) this.names.add(match[1]);
  }

  /** @param {import("../shared/byte-writer.js").ByteWriter} out */
  write(out) {
    this.watchFullscreen();
    for (const [element, sent] of this.watched) {
      const now = this.state(element);
      if (now === sent) continue;
      const id = this.parts.ids.of(element);
      if (id === 0) continue;
      this.watched.set(element, now);
      const space = now.indexOf(" ");
      out.byte(Op.state);
      out.number(id);
      out.number(Number(now.slice(0, space)));
      out.word(now.slice(space + 1));
    }
  }

  watchFullscreen() {
    const { document, location } = this.parts.platform.window;
    if (document.fullscreenElement) this.add(document.fullscreenElement);
    if (location.hash === this.hash) return;
    this.hash = location.hash;
    const target = document.querySelector(":target");
    if (target) this.add(target);
  }

  /** @param {any} element */
  state(element) {
    let bits = 0;
    /** @param {string} selector */
    const is = (selector) => this.parts.platform.matches(element, selector);
    for (const [selector, bit] of this.states) if (is(selector)) bits |= bit;
    let names = "";
    const isCustom = element.localName.includes("-");
    if (isCustom && is(":disabled")) bits |= State.disabled;
    if (isCustom && !is(":defined")) bits |= State.undefined;
    // Whether a masked field is valid, or what a masked element's own states are, would tell what is in it.
    if (this.parts.mask.covers(element)) return `${bits & ~State.userInvalid} `;
    if ((isCustom || "validity" in element) && is(":invalid")) bits |= State.invalid;
    if (isCustom) {
      if (is(":valid")) bits |= State.valid;
      for (const name of this.names) if (is(`:state(${name})`)) names += names === "" ? name : ` ${name}`;
    }
    return `${bits} ${names}`;
  }
}

/**
 * @param {any} probe
 * @param {string} selector
 */
function isKnown(probe, selector) {
  try {
    probe.matches(selector);
    return true;
  } catch {
    return false;
  }
}
