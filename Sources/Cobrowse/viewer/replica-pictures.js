import { html, prefix } from "./replica-allow.js";
import { safeAddress } from "./replica-css.js";

const broken = "data:image/png;base64,AA==";

/** The pictures of the replica: each shows an asset as soon as it is there. */
export class Pictures {
  /** @param {import("./replica.js").ReplicaParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** Elements that wait for an asset or show one. @type {Map<any, {value: string, kind: string, still?: number}>} */
    this.shown = new Map();
    /** Sizes by the density of each picture. @type {WeakMap<any, [width: number, height: number]>} */
    this.natural = new WeakMap();
  }

  clear() {
    this.shown.clear();
  }

  /** @param {any} element */
  remove(element) {
    this.shown.delete(element);
  }

  /**
   * @param {any} element
   * @param {string} value what stands for its address
   */
  set(element, value) {
    const isPicture = element.namespaceURI === html && (element.localName === "img" || (element.localName === "input" && element.type === "image"));
    if (!isPicture) return;
    this.shown.set(element, { value, kind: "src" });
    this.show(element);
  }

  /**
   * @param {any} element
   * @param {string} value
   */
  setBackground(element, value) {
    this.shown.set(element, { value, kind: "background" });
    this.show(element);
  }

  /**
   * @param {any} element of SVG
   * @param {string} value
   */
  setReference(element, value) {
    this.shown.set(element, { value, kind: "href" });
    this.show(element);
  }

  /**
   * @param {any} element
   * @param {number} asset
   */
  setStill(element, asset) {
    if (!element.hasAttribute("lk-as")) return;
    const before = this.shown.get(element)?.still;
    this.shown.set(element, { value: `latchkey:${asset}`, kind: "src", still: asset });
    if (before !== undefined) this.parts.assets.replaced(before, asset);
    this.show(element);
  }

  /** @param {any} element */
  show(element) {
    const entry = this.shown.get(element);
    if (entry === undefined) return;
    const address = this.address(entry.value);
    if (entry.kind === "src") this.showImage(element, address);
    else if (entry.kind === "background") element.setAttribute("background", address);
    else if (element.localName === "use") this.parts.uses.show(element, entry.value, address);
    else element.setAttribute("href", address);
  }

  /**
   * @param {any} element
   * @param {string} address
   */
  showImage(element, address) {
    if (address === "data:,") {
      element.removeAttribute("srcset");
      if (this.shown.get(element)?.still === undefined) this.resize(element);
    } else {
      element.removeAttribute("srcset");
      element.setAttribute("src", address);
    }
  }

  /**
   * Shows a picture in the size that its density gives it on the visitor's side.
   * @param {any} element
   * @param {number} width
   * @param {number} height
   */
  setNatural(element, width, height) {
    if (!this.natural.has(element)) element.addEventListener("load", () => this.setDensity(element));
    this.natural.set(element, [width, height]);
    this.setDensity(element);
  }

  /** @param {any} element */
  setDensity(element) {
    const [width] = this.natural.get(element) ?? [0];
    const address = element.getAttribute("src") ?? "";
    if (!address.startsWith("blob:") || !(width > 0) || !element.naturalWidth || element.naturalWidth === width) return;
    if (!element.hasAttribute("srcset")) element.setAttribute("srcset", `${address} ${element.naturalWidth / width}x`);
  }

  /** @param {string} value */
  address(value) {
    if (value === "latchkey:broken") return broken;
    if (value === "") return "";
    /** @type {Set<number>} */
    const uses = new Set();
    const address = safeAddress(value, { ...this.parts.css, uses });
    for (const id of uses) this.parts.assets.want(id);
    return address;
  }

  /**
   * Shows what has arrived.
   * @param {Set<number>} arrived
   */
  update(arrived) {
    for (const [element, { value }] of this.shown) {
      const match = /^latchkey:(\d+)/.exec(value);
      if (match !== null && arrived.has(Number(match[1]))) this.show(element);
    }
  }

  /**
   * Keeps a place of the size that a canvas has, or a picture that is not there yet.
   * @param {any} element
   */
  resize(element) {
    const entry = this.shown.get(element);
    if (entry !== undefined && (entry.still !== undefined || this.address(entry.value) !== "data:,")) return;
    const known = this.natural.get(element);
    if (!element.hasAttribute("lk-as") && !known) return;
    const [width, height] = known ?? [size(element, "width", 300), size(element, "height", 150)];
    const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"/>`;
    element.setAttribute("src", `data:image/svg+xml,${encodeURIComponent(picture)}`);
  }
}

/**
 * @param {any} element
 * @param {string} name
 * @param {number} usual
 */
function size(element, name, usual) {
  const given = parseInt(element.getAttribute(prefix + name) ?? "", 10);
  return given >= 0 && given < 65536 ? given : usual;
}
