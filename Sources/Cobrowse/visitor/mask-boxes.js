import { Op } from "../shared/ops.js";

/** The sizes of masked pictures, so that what is around them stays in its place. */
export class Boxes {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {Set<any>} */
    this.waiting = new Set();
  }

  clear() {
    this.waiting.clear();
  }

  /** @param {any} element */
  add(element) {
    this.waiting.add(element);
  }

  /** @param {import("../shared/byte-writer.js").ByteWriter} out */
  write(out) {
    for (const element of this.waiting) {
      const id = this.parts.ids.of(element);
      if (id === 0) continue;
      const box = element.getBoundingClientRect();
      out.byte(Op.property);
      out.number(id);
      out.word("box");
      out.text(`${Math.round(box.width / 8) * 8} ${Math.round(box.height / 8) * 8}`);
    }
    this.waiting.clear();
  }
}
