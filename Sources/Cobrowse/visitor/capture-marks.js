/**
 * What the agent points at and draws, above the visitor's page: an element of our own that takes no input. Everything in it
 * is made by calls that a site's Content-Security-Policy need not allow.
 */
const css = `
:host { all: initial !important; position: fixed !important; inset: 0 !important; width: 100vw !important; height: 100vh !important;
  max-width: none !important; max-height: none !important; margin: 0 !important; padding: 0 !important; border: 0 !important;
  background: none !important; overflow: hidden !important; pointer-events: none !important; z-index: 2147483646 !important; }
svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
.pointer { fill: #d1242f; stroke: #fff; stroke-width: 1.5; }
.stroke { fill: none; stroke: #d1242f; stroke-width: 4; stroke-linecap: round; stroke-linejoin: round; }
.box { fill: rgb(209 36 47 / .12); stroke: #d1242f; stroke-width: 3; }
.stroke, .box { animation: 1s 3s forwards fade; }
@keyframes fade { to { opacity: 0; } }
`;
const arrow = "M0 0 L0 17 L4.5 13 L7.5 19.5 L10.5 18.2 L7.6 12 L13.5 12 Z";
const fadeMilliseconds = 4000;
/** A pointer that has not moved for so long is gone: its agent may be too. */
const pointerMilliseconds = 20000;
const mostShapes = 200;
/** What else may lie in the top layer. */
const topmost = "dialog:modal, :popover-open:not([data-latchkey-ui]), :fullscreen";

export class Marks {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {any} */
    this.host = undefined;
    /** @type {{shape: any, until: number, element?: any}[]} */
    this.shapes = [];
    /** @type {any} */
    this.pointer = undefined;
    this.pointerUntil = 0;
    /**
     * What was in the top layer when the marks were put above it.
     * @type {any[]}
     */
    this.below = [];
    this.raised = 0;
    this.timer = 0;
  }

  /** @param {number} x @param {number} y  both −1 when the pointer is gone */
  point(x, y) {
    if (x === -1 && y === -1) {
      this.pointer?.remove();
      this.pointer = undefined;
      return this.tidy();
    }
    this.pointer ??= this.add("path", "pointer", { d: arrow });
    this.pointer.setAttribute("transform", `translate(${x} ${y})`);
    this.pointerUntil = performance.now() + pointerMilliseconds;
    this.raise();
    this.wait();
  }

  /** @param {[number, number][]} points */
  draw(points) {
    this.keep(this.add("polyline", "stroke", { points: points.map((point) => point.join(",")).join(" ") }));
  }

  /** @param {any} element */
  highlight(element) {
    const shape = this.add("rect", "box", { rx: 4 });
    this.keep(shape, element);
    this.follow();
  }

  clear() {
    this.shapes = [];
    this.pointer = undefined;
    this.host?.remove();
    this.host = undefined;
    this.parts.platform.cancelLater(this.timer);
    this.timer = 0;
  }

  /** @param {string} name @param {string} className @param {Record<string, any>} attributes */
  add(name, className, attributes) {
    const { document } = this.parts.platform.window;
    const shape = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries({ class: className, ...attributes })) shape.setAttribute(key, String(value));
    this.surface(document).append(shape);
    return shape;
  }

  /** @param {any} document @returns {any} where shapes go */
  surface(document) {
    if (!this.host) {
      this.host = document.createElement("latchkey-marks");
      this.host.setAttribute("data-latchkey-ui", "");
      this.host.setAttribute("aria-hidden", "true");
      const root = this.host.attachShadow({ mode: "closed" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets = [sheet];
      this.drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      root.append(this.drawing);
      if (typeof this.host.showPopover === "function") this.host.setAttribute("popover", "manual");
    }
    this.raise();
    return this.drawing;
  }

  /** Puts the marks on the page, above what has come into the top layer since. Looks for that a few times a second. */
  raise() {
    const { host } = this;
    const { document } = this.parts.platform.window;
    const isNew = !host.isConnected;
    if (isNew) document.documentElement.append(host);
    if (typeof host.showPopover !== "function" || (!isNew && performance.now() - this.raised < 250)) return;
    this.raised = performance.now();
    const below = [...document.querySelectorAll(topmost)];
    const isOpen = host.matches(":popover-open");
    if (isOpen && below.length === this.below.length && below.every((one, at) => one === this.below[at])) return;
    this.below = below;
    if (isOpen) host.hidePopover();
    host.showPopover();
  }

  /** @param {any} shape @param {any} [element] */
  keep(shape, element) {
    this.shapes.push({ shape, element, until: performance.now() + fadeMilliseconds });
    if (this.shapes.length > mostShapes) this.shapes.shift()?.shape.remove();
    this.wait();
  }

  wait() {
    if (this.timer === 0) this.timer = this.parts.platform.later(() => this.step(), 100);
  }

  step() {
    this.timer = 0;
    const now = performance.now();
    for (const { shape, until } of this.shapes) if (until <= now) shape.remove();
    this.shapes = this.shapes.filter(({ until }) => until > now);
    this.follow();
    if (this.pointerUntil <= now) {
      this.pointer?.remove();
      this.pointer = undefined;
    }
    if (this.shapes.length === 0 && !this.pointer) return this.clear();
    this.raise();
    return this.wait();
  }

  /** Keeps boxes on what they are about. */
  follow() {
    for (const { shape, element } of this.shapes) {
      if (!element) continue;
      const { left, top, width, height } = boxOf(element);
      for (const [name, value] of [["x", left - 4], ["y", top - 4], ["width", width + 8], ["height", height + 8]]) {
        shape.setAttribute(name, value);
      }
    }
  }

  tidy() {
    if (this.shapes.length === 0 && !this.pointer) this.clear();
  }
}

/**
 * @param {any} element
 * @returns {{left: number, top: number, width: number, height: number}} its box in the outermost window
 */
export function boxOf(element) {
  let { left, top, width, height } = element.getBoundingClientRect();
  for (let frame = element.ownerDocument.defaultView?.frameElement; frame; frame = frame.ownerDocument.defaultView?.frameElement) {
    const box = frame.getBoundingClientRect();
    left += box.left + frame.clientLeft;
    top += box.top + frame.clientTop;
  }
  return { left, top, width, height };
}
