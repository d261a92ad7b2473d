import { Op } from "../shared/ops.js";

/** What is selected, in the page and in its fields, and the highlights that the page has registered. */
export class Highlights {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {Map<any, string>} */
    this.sent = new Map();
    this.sentField = "0";
  }

  clear() {
    this.sent.clear();
    this.sentField = "0";
  }

  /** @param {import("../shared/byte-writer.js").ByteWriter} out */
  write(out) {
    for (const root of this.parts.roots.roots) if (root.nodeType === 9 && root.defaultView) this.writeDocument(out, root);
    this.writeField(out);
  }

  /**
   * @param {import("../shared/byte-writer.js").ByteWriter} out
   * @param {any} document
   */
  writeDocument(out, document) {
    /** @type {[name: string, numbers: number[]][]} */
    const found = [];
    for (const [name, highlight] of document.defaultView.CSS?.highlights ?? []) found.push([name, this.numbers(highlight)]);
    const selection = document.getSelection();
    if (selection && !selection.isCollapsed) found.push(["lk-selection", this.numbers([selection.getRangeAt(0)])]);
    let now = "";
    for (const [name, numbers] of found) now += `${name} ${numbers.join()};`;
    if (now === (this.sent.get(document) ?? "")) return;
    this.sent.set(document, now);
    out.byte(Op.highlight);
    out.number(this.parts.ids.of(document));
    out.number(found.length);
    for (const [name, numbers] of found) {
      out.word(name);
      out.number(numbers.length);
      for (const number of numbers) out.number(number);
    }
  }

  /**
   * @param {Iterable<any>} ranges
   * @returns {number[]} for each where it starts and ends, two numbers each
   */
  numbers(ranges) {
    const result = [];
    for (const range of ranges) {
      const start = this.place(range.startContainer, range.startOffset);
      const end = this.place(range.endContainer, range.endOffset);
      if (start && end) result.push(...start, ...end);
    }
    return result;
  }

  /**
   * @param {any} node
   * @param {number} offset
   * @returns {[id: number, offset: number] | null} of an element 0 says before it, 1 at the end of it
   */
  place(node, offset) {
    const { ids, mask, platform, secrets } = this.parts;
    if (mask.covers(node.nodeType === 1 ? node : platform.parentNode(node))) return null;
    if (node.nodeType === 3) return ids.of(node) === 0 || secrets.hide(node.data) !== node.data ? null : [ids.of(node), offset];
    let child = node.childNodes[offset] ?? null;
    while (child !== null && ids.of(child) === 0) child = platform.nextSibling(child);
    if (child !== null) return [ids.of(child), 0];
    return ids.of(node) === 0 ? null : [ids.of(node), 1];
  }

  /** @param {import("../shared/byte-writer.js").ByteWriter} out */
  writeField(out) {
    const { pointer, ids, mask, secrets } = this.parts;
    const field = pointer.focusedElement();
    let numbers = [0];
    if (field && /^(input|textarea)$/.test(field.localName) && !mask.covers(field) && secrets.hide(field.value) === field.value) {
      const [start, end] = chosen(field);
      if (end > start) numbers = [ids.of(field), start, end];
    }
    if (numbers.join() === this.sentField) return;
    this.sentField = numbers.join();
    out.byte(Op.selection);
    out.number(numbers[0]);
    out.number(numbers[1] ?? 0);
    out.number(numbers[2] ?? 0);
  }
}

/** @param {any} field @returns {[start: number, end: number]} */
function chosen(field) {
  if (field.selectionStart !== null) return [field.selectionStart ?? 0, field.selectionEnd ?? 0];
  const isAll = field.value !== "" && String(field.ownerDocument.getSelection()) === field.value;
  return [0, isAll ? field.value.length : 0]; // fields of numbers and addresses tell no places
}
