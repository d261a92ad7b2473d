import { Op } from "../shared/ops.js";

/** Where the page and the boxes in it are scrolled to. */
export class Scrolls {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** Scrolled and not told yet. @type {Set<any>} */
    this.moved = new Set();
    /** Told in a frame that may be dropped: told again with the changes. @type {Set<any>} */
    this.unsettled = new Set();
    /** @type {(event: any) => void} */
    this.onscroll = (event) => {
      this.moved.add(event.target);
      parts.schedule();
    };
  }

  clear() {
    this.moved.clear();
    this.unsettled.clear();
  }

  /**
   * Finds what is scrolled already.
   * @param {Iterable<any>} nodes
   */
  find(nodes) {
    for (const node of nodes) {
      if (node.nodeType === 1 && (node.scrollTop !== 0 || node.scrollLeft !== 0)) this.unsettled.add(node);
    }
  }

  /** @param {import("../shared/byte-writer.js").ByteWriter} out */
  writeVolatile(out) {
    for (const node of this.moved) {
      if (this.write(out, node)) this.unsettled.add(node);
    }
    this.moved.clear();
  }

  /** @param {import("../shared/byte-writer.js").ByteWriter} out */
  writeSettled(out) {
    for (const node of this.unsettled) this.write(out, node);
    this.unsettled.clear();
  }

  /**
   * @param {import("../shared/byte-writer.js").ByteWriter} out
   * @param {any} node
   * @returns {boolean}
   */
  write(out, node) {
    const { ids, mask } = this.parts;
    const box = node.nodeType === 9 ? node.scrollingElement ?? node.documentElement : node;
    const id = ids.of(node);
    if (id === 0 || box === null || (node.nodeType === 1 && isField(node) && mask.covers(node))) return false;
    out.byte(Op.scroll);
    out.number(id);
    out.decimal(box.scrollLeft);
    out.decimal(box.scrollTop);
    return true;
  }
}

/** @param {any} node */
function isField(node) {
  return node.localName === "input" || node.localName === "textarea";
}
