/** Pictures of canvases and videos. */
export class Stills {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {Map<any, any>} */
    this.elements = new Map();
  }

  clear() {
    this.elements.clear();
  }

  /**
   * @param {any} element
   * @param {boolean} masked
   */
  add(element, masked) {
    if (masked) this.parts.boxes.add(element);
    else this.elements.set(element, { dirty: true });
  }

  /** @param {any} element */
  remove(element) {
    this.elements.delete(element);
  }

  /** @param {import("../shared/byte-writer.js").ByteWriter} out */
  write(out) {
    void out;
  }

  work() {}
}
