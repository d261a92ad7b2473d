import { Op } from "../shared/ops.js";
import { phrasing } from "./snapshot-rules.js";

/** Where the page and the boxes in it are scrolled to. */
export class Scrolls {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** Scrolled and not told yet. @type {Set<any>} */
    this.moved = new Set();
    /** Told in a frame that may be dropped: told again with the changes. @type {Set<any>} */
    this.unsettled = new Set();
    /** Boxes that may have been scrolled by typing into a masked field: how far to the side is not told. @type {WeakSet<any>} */
    this.telling = new WeakSet();
    /** Where such boxes were when last told. @type {WeakMap<any, [x: number, y: number]>} */
    this.told = new WeakMap();
    /** @type {(event: any) => void} */
    this.onscroll = (event) => {
      this.moved.add(event.target);
      if (this.followsCaret(event.target)) this.telling.add(event.target);
      else this.telling.delete(event.target);
      parts.schedule();
    };
  }

  clear() {
    this.moved.clear();
    this.unsettled.clear();
    this.told = new WeakMap();
  }

  /**
   * Finds what is scrolled already.
   * @param {Iterable<any>} nodes
   */
  find(nodes) {
    const { firstChild, localName, nodeType } = this.parts.platform;
    for (const node of nodes) {
      // What is in a line of text is left out: there is much of it, and each question is dear.
      if (nodeType(node) !== 1 || phrasing.has(localName(node)) || (firstChild(node) === null && !isField(node))) continue;
      if (node.scrollTop !== 0 || node.scrollLeft !== 0) this.unsettled.add(node);
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
    if (id === 0 || box === null || (node.nodeType === 1 && (!mask.everything || isField(node)) && mask.covers(node))) return false;
    const before = this.told.get(node) ?? [0, 0];
    const isTelling = this.telling.has(node);
    const x = isTelling ? before[0] : box.scrollLeft;
    if (isTelling && box.scrollTop === before[1]) return false;
    this.told.set(node, [x, box.scrollTop]);
    out.byte(Op.scroll);
    out.number(id);
    out.decimal(x);
    out.decimal(box.scrollTop);
    return true;
  }

  /** @param {any} box @returns {boolean} whether a masked field in it has the focus */
  followsCaret(box) {
    const { mask, platform, pointer } = this.parts;
    const element = pointer.focusedElement();
    if (element === null || !(isField(element) || element.isContentEditable) || !mask.covers(element)) return false;
    let around = element;
    while (around && around !== box) around = platform.parentNode(around) ?? around.host;
    return around === box;
  }
}

/** @param {any} node */
function isField(node) {
  return node.localName === "input" || node.localName === "textarea";
}
