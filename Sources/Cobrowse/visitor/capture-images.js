import { Op } from "../shared/ops.js";

/** Which picture each image shows. */
export class Images {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {Map<any, string>} */
    this.shown = new Map();
    /** @type {Set<any>} */
    this.changed = new Set();
    /** @type {(event: any) => void} */
    this.onload = (event) => this.check(event.target);
  }

  clear() {
    this.shown.clear();
    this.changed.clear();
  }

  /**
   * @param {any} image
   * @param {boolean} masked
   */
  add(image, masked) {
    this.shown.set(image, "");
    this.changed.add(image);
    if (masked) this.parts.boxes.add(image);
  }

  /** @param {any} image */
  remove(image) {
    this.shown.delete(image);
    this.changed.delete(image);
  }

  /** @param {any} image that may show something else by now */
  check(image) {
    if (!this.shown.has(image)) return;
    this.changed.add(image);
    this.parts.schedule();
  }

  /** @param {import("../shared/byte-writer.js").ByteWriter} out */
  write(out) {
    for (const image of this.changed) {
      const id = this.parts.ids.of(image);
      if (id === 0 || this.parts.mask.masked.has(image)) continue;
      const source = this.source(image);
      const natural = this.natural(image);
      const now = natural === "" ? source : `${source} ${natural}`;
      if (now === this.shown.get(image)) continue;
      this.shown.set(image, now);
      if (natural !== "") {
        out.byte(Op.property);
        out.number(id);
        out.word("natural");
        out.text(natural);
      }
      out.byte(Op.attribute);
      out.number(id);
      out.word("src");
      out.text(source);
    }
    this.changed.clear();
  }

  /**
   * @param {any} image
   * @returns {string} how large it is by itself, by its density: it keeps its place until its picture is there
   */
  natural(image) {
    return image.localName === "img" && image.naturalWidth > 0 ? `${image.naturalWidth} ${image.naturalHeight}` : "";
  }

  /** @param {any} image */
  source(image) {
    const { assets } = this.parts;
    if (image.localName === "object") return assets.reference(image.data, image);
    const address = image.currentSrc || (this.parts.platform.attribute(image, "src") === "" ? "" : image.src);
    if (!address) return "";
    if (image.complete && image.naturalWidth === 0 && !/\.svg|svg\+xml/i.test(address)) return "latchkey:broken";
    return assets.reference(address, image);
  }
}
