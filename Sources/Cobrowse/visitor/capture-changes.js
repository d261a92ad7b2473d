import { Op, Tree } from "../shared/ops.js";
import { shownAttribute } from "./snapshot-attributes.js";
import { html, sentMasked, Treat, treatments } from "./snapshot-rules.js";

/** What has changed since the last batch, each thing once, however often it changed. */
export class Changes {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {Set<any>} */
    this.added = new Set();
    /** @type {Set<any>} */
    this.removed = new Set();
    /** @type {Map<any, Set<string>>} */
    this.attributes = new Map();
    /** @type {Set<any>} */
    this.texts = new Set();
    /** Elements to be written anew with all that is in them. @type {Set<any>} */
    this.rewritten = new Set();
    this.drawn = false;
    /** What was told of masked elements' attributes. @type {WeakMap<any, Map<string, string | null>>} */
    this.told = new WeakMap();
  }

  clear() {
    this.added.clear();
    this.removed.clear();
    this.attributes.clear();
    this.texts.clear();
    this.rewritten.clear();
  }

  get size() {
    return this.added.size + this.removed.size + this.attributes.size + this.texts.size;
  }

  /** @param {MutationRecord[]} records */
  note(records) {
    for (const record of records) {
      const { type, target } = record;
      if (type === "attributes") this.noteAttribute(target, record);
      else if (type === "characterData") this.texts.add(target);
      else this.noteChildren(record);
    }
  }

  /**
   * @param {any} target
   * @param {MutationRecord} record
   */
  noteAttribute(target, record) {
    let name = record.attributeName ?? "";
    if (record.attributeNamespace !== null) name = prefixed(target, record.attributeNamespace, name);
    const names = this.attributes.get(target);
    if (names === undefined) this.attributes.set(target, new Set([name]));
    else names.add(name);
  }

  /** @param {MutationRecord} record */
  noteChildren(record) {
    const { addedNodes, removedNodes, target } = record;
    const { writer } = this.parts;
    if (writer.collapsed.has(target)) {
      // As long as a placeholder stands for all of it, nothing is told: not even that it changed.
      if (!writer.collapses(target)) this.rewrite(target);
      return;
    }
    for (let index = 0; index < removedNodes.length; index++) this.removed.add(removedNodes[index]);
    for (let index = 0; index < addedNodes.length; index++) this.added.add(addedNodes[index]);
  }

  /** Writes all drawings anew: nothing tells which of them a script has changed by the objects of their geometry. */
  redraw() {
    this.drawn = false;
    for (const root of this.parts.roots.roots) {
      for (const element of this.parts.platform.all(root, "svg:not(svg svg)")) this.rewrite(element);
    }
  }

  /** @param {any} element to be written anew */
  rewrite(element) {
    if (this.parts.ids.of(element) !== 0) this.rewritten.add(element);
  }

  /** @param {import("../shared/byte-writer.js").ByteWriter} out */
  write(out) {
    const { ids, platform } = this.parts;
    const firstNew = ids.next;
    if (this.drawn) this.redraw();
    for (const element of this.rewritten) if (ids.of(element) !== 0) this.replaceWhole(out, element);
    this.writeRemovals(out);
    this.parts.placed.clear();
    for (const node of this.added) this.place(out, node);
    for (const [element, names] of this.attributes) {
      const id = ids.of(element);
      if (id !== 0 && id < firstNew) this.writeAttributes(out, id, element, names);
    }
    for (const node of this.texts) {
      const id = ids.of(node);
      if (id !== 0 && id < firstNew) this.writeText(out, id, node, platform);
    }
    this.clear();
  }

  /**
   * @param {import("../shared/byte-writer.js").ByteWriter} out
   * @param {any} element
   */
  replaceWhole(out, element) {
    out.byte(Op.remove);
    out.number(this.parts.ids.of(element));
    this.forget(element);
    if (this.parts.platform.isConnected(element)) this.added.add(element);
  }

  /** @param {import("../shared/byte-writer.js").ByteWriter} out */
  writeRemovals(out) {
    const { ids } = this.parts;
    for (const node of this.removed) {
      if (ids.of(node) === 0 || !this.added.has(node) || !this.belongs(node)) continue;
      out.byte(Op.detach);
      out.number(ids.of(node));
    }
    const gone = [];
    for (const node of this.removed) if (ids.of(node) !== 0 && !this.belongs(node)) gone.push(node);
    for (const node of gone) {
      const id = ids.of(node);
      if (id === 0) continue;
      out.byte(Op.remove);
      out.number(id);
      this.forget(node);
    }
  }

  /**
   * @param {any} node
   * @returns {boolean} whether it is where the other side would show it
   */
  belongs(node) {
    const { platform, ids } = this.parts;
    if (!platform.isConnected(node)) return false;
    let parent = platform.parentNode(node);
    while (parent !== null && ids.of(parent) === 0) {
      if (!this.added.has(parent) && !this.isInside(parent)) return false;
      parent = platform.parentNode(parent) ?? parent.host ?? null;
    }
    return parent !== null && this.takesChildren(parent);
  }

  /** @param {any} node whether an ancestor was added, so that it will be written */
  isInside(node) {
    const { platform, ids } = this.parts;
    for (let parent = platform.parentNode(node) ?? node.host; parent; parent = platform.parentNode(parent) ?? parent.host) {
      if (this.added.has(parent)) return true;
      if (ids.of(parent) !== 0) return false;
    }
    return false;
  }

  /** @param {any} parent */
  takesChildren(parent) {
    if (this.parts.platform.nodeType(parent) !== 1) return parent.nodeType === 11 || parent.nodeType === 9;
    const { writer, mask, platform } = this.parts;
    if (writer.collapsed.has(parent)) return false;
    const name = platform.localName(parent);
    if (platform.namespace(parent) !== html) return name !== "script" && name !== "style" && !(name === "svg" && mask.masked.has(parent));
    const treat = treatments.get(name) ?? Treat.plain;
    if (treat === Treat.select) return !mask.masked.has(parent) && !mask.sensitive.has(parent);
    return treat === Treat.plain || treat === Treat.slot || treat === Treat.custom;
  }

  /**
   * Writes an added node and those after it that are added too, the last one first, so that what comes next is there.
   * @param {import("../shared/byte-writer.js").ByteWriter} out
   * @param {any} node
   */
  place(out, node) {
    const { ids, platform, placed } = this.parts;
    if (placed.has(node) || !platform.isConnected(node)) return;
    const parent = platform.parentNode(node);
    if (parent === null || ids.of(parent) === 0 || !this.takesChildren(parent)) return;
    if (this.parts.writer.shouldCollapse(parent)) {
      this.replaceWhole(out, parent);
      return;
    }
    const run = [];
    let next = node;
    while (next !== null && (ids.of(next) === 0 || (this.added.has(next) && !placed.has(next)))) {
      run.push(next);
      next = platform.nextSibling(next);
    }
    this.placeRun(out, parent, run, next);
  }

  /**
   * @param {import("../shared/byte-writer.js").ByteWriter} out
   * @param {any} parent
   * @param {any[]} run
   * @param {any} next
   */
  placeRun(out, parent, run, next) {
    const { ids, placed, writer, mask } = this.parts;
    const start = out.length;
    out.byte(Op.insert);
    out.number(ids.of(parent));
    out.number(ids.of(next));
    out.number(ids.next);
    const masked = mask.covers(parent);
    let any = false;
    for (const node of run) {
      if (placed.has(node)) continue;
      placed.add(node);
      any = writer.node(node, masked) || any;
    }
    if (any) out.byte(Tree.end);
    else out.length = start;
  }

  /**
   * @param {import("../shared/byte-writer.js").ByteWriter} out
   * @param {number} id
   * @param {any} element
   * @param {Set<string>} names
   */
  writeAttributes(out, id, element, names) {
    const { platform, mask, forms, images } = this.parts;
    const tag = platform.localName(element);
    const isHTML = platform.namespace(element) === html;
    const isField = forms.fields.has(element);
    if (isField) this.checkSensitive(element);
    const masked = mask.masked.has(element) || mask.sensitive.has(element);
    if (images.shown.has(element)) images.check(element);
    if (treatments.get(tag) === Treat.inert && isHTML) return;
    for (const name of names) {
      const value = platform.attribute(element, name) === null ? null : shownAttribute(this.parts, element, tag, name, masked, isHTML);
      if (masked && !this.isNews(element, name, value)) continue;
      out.byte(value === null ? Op.removeAttribute : Op.attribute);
      out.number(id);
      out.word(name);
      if (value !== null) out.text(value);
    }
  }

  /**
   * @param {any} element that is masked
   * @param {string} name
   * @param {string | null} value
   * @returns {boolean} whether the other side has it otherwise: how often something hidden changes is not told
   */
  isNews(element, name, value) {
    if (value === null && !sentMasked.has(name) && !/^(style|href|placeholder|width|height|viewBox)$/.test(name)) return false;
    const told = this.told.get(element) ?? new Map();
    this.told.set(element, told);
    if (told.get(name) === value) return false;
    told.set(name, value);
    return true;
  }

  /** @param {any} field whose type or names have changed */
  checkSensitive(field) {
    const { mask } = this.parts;
    if (!mask.sensitive.has(field) && mask.isSensitiveField(field)) this.parts.takeBack();
  }

  /**
   * @param {import("../shared/byte-writer.js").ByteWriter} out
   * @param {number} id
   * @param {any} node
   * @param {import("./capture-platform.js").Platform} platform
   */
  writeText(out, id, node, platform) {
    const { writer, mask } = this.parts;
    const masked = mask.covers(platform.parentNode(node));
    if (masked && !writer.noteMasked(node)) return;
    out.byte(Op.text);
    out.number(id);
    out.text(writer.shownText(node.data, masked));
  }

  /**
   * Frees the numbers of a node and of all that is in it.
   * @param {any} node
   */
  forget(node) {
    const { parts } = this;
    const { ids, platform, roots } = parts;
    if (platform.nodeType(node) === 1) {
      parts.drop(node);
      const shadow = roots.shadowOf(node);
      if (shadow !== null && ids.of(shadow) !== 0) this.forget(shadow);
    } else if (node.nodeType !== 3) roots.leave(node);
    ids.remove(node);
    parts.writer.collapsed.delete(node);
    this.told.delete(node);
    for (let child = platform.firstChild(node); child !== null; child = platform.nextSibling(child)) {
      if (ids.of(child) !== 0) this.forget(child);
    }
  }
}

/**
 * @param {any} element
 * @param {string} namespace
 * @param {string} name
 */
function prefixed(element, namespace, name) {
  return element.getAttributeNodeNS?.(namespace, name)?.name ?? (namespace.endsWith("xlink") ? `xlink:${name}` : name);
}
