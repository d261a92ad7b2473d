import { Tree } from "../shared/ops.js";
import { placeholder } from "./mask-base.js";
import { writeAttributes } from "./snapshot-attributes.js";
import { html, math, phrasing, smil, svg, Treat, treatments } from "./snapshot-rules.js";

const deepest = 1500;
const shadowFlags = { manual: 1, delegatesFocus: 2 };

/** Writes trees of nodes and notes what of them needs more than their attributes. */
export class TreeWriter {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    this.platform = parts.platform;
    this.ids = parts.ids;
    this.mask = parts.mask;
    /** @type {import("../shared/byte-writer.js").ByteWriter} */
    this.out = parts.out;
    /** Masked elements whose whole content is one placeholder. @type {WeakSet<any>} */
    this.collapsed = new WeakSet();
    /** Masked texts, with whether they are blank. @type {WeakMap<any, boolean>} */
    this.hidden = new WeakMap();
    this.depth = 0;
  }

  /** Forgets what the other side has. */
  clear() {
    this.collapsed = new WeakSet();
    this.hidden = new WeakMap();
  }

  /** @param {import("../shared/byte-writer.js").ByteWriter} out */
  begin(out) {
    this.out = out;
    this.depth = 0;
  }

  /**
   * @param {any} document
   * @param {boolean} masked whether the frame that it is in is masked
   */
  content(document, masked) {
    this.parts.roots.enter(document);
    this.ids.addNow(document);
    this.out.byte(document.compatMode === "BackCompat" ? 0 : isLimitedQuirks(document) ? 1 : 2);
    this.children(document, masked);
  }

  /**
   * @param {any} parent
   * @param {boolean} masked
   */
  children(parent, masked) {
    if (++this.depth < deepest) {
      const { firstChild, nextSibling } = this.platform;
      for (let child = firstChild(parent); child !== null; child = nextSibling(child)) this.node(child, masked);
    }
    this.depth--;
    this.out.byte(Tree.end);
  }

  /**
   * @param {any} node
   * @param {boolean} masked whether its parent is masked
   * @returns {boolean} whether anything was written
   */
  node(node, masked) {
    const type = this.platform.nodeType(node);
    const id = this.ids.isWhole ? 0 : this.ids.of(node);
    if (id !== 0) return this.moved(node, id, masked);
    if (type === 1) return this.element(node, masked);
    return (type === 3 || type === 4) && this.text(node, masked);
  }

  /**
   * @param {any} node
   * @param {number} id
   * @param {boolean} masked whether its new parent is masked
   */
  moved(node, id, masked) {
    const isElement = node.nodeType === 1;
    const before = isElement ? this.mask.masked.has(node) : this.hidden.has(node);
    if (before !== (isElement ? this.mask.decide(node, masked) : masked)) this.parts.takeBack();
    this.parts.placed.add(node);
    this.out.byte(Tree.moved);
    this.out.number(id);
    return true;
  }

  /**
   * @param {any} node
   * @param {boolean} masked
   */
  text(node, masked) {
    const { ids, out, parts } = this;
    ids.add(node);
    out.byte(Tree.text);
    if (masked) this.noteMasked(node);
    out.texts.push(masked || parts.secrets.values.size > 0 ? this.shownText(node.data, masked) : node.data);
    return true;
  }

  /**
   * @param {string} text
   * @param {boolean} masked
   * @returns {string}
   */
  shownText(text, masked) {
    if (masked) return /\S/.test(text) ? placeholder : " ";
    return this.parts.secrets.size > 0 ? this.parts.secrets.hide(text) : text;
  }

  /**
   * @param {any} node a masked text
   * @returns {boolean} whether what stands for it is different from what was sent
   */
  noteMasked(node) {
    const isBlank = !/\S/.test(node.data);
    const isNews = this.hidden.get(node) !== isBlank;
    this.hidden.set(node, isBlank);
    return isNews;
  }

  /**
   * @param {any} element
   * @param {boolean} inherited
   */
  element(element, inherited) {
    const { platform, out } = this;
    const name = platform.localName(element);
    const namespace = platform.namespace(element);
    const isHTML = namespace === html;
    let treat = isHTML ? treatmentOf(name) : name === "script" ? Treat.inert : Treat.plain;
    if (name === "datalist" && this.isScale(element)) treat = Treat.plain;
    if (name === "object" && !isPicture(element)) treat = Treat.plain;
    const masked = this.mask.decide(element, inherited);
    if (masked) this.mask.masked.add(element);
    if (treat === Treat.inert) return this.inert(element);
    if ((treat === Treat.custom || treat === Treat.frame) && platform.attribute(element, "data-latchkey-ui") !== null) return this.inert(element);
    if (!isHTML && namespace === svg && smil.test(name)) this.parts.animations.add(element);
    if (name === "svg") this.parts.geometry.need();
    if (!isHTML && treat === Treat.plain && name === "style") treat = Treat.sheet;
    const id = treat === Treat.plain ? this.ids.add(element) : this.ids.addNow(element);
    out.byte(isHTML ? Tree.html : namespace === svg ? Tree.svg : namespace === math ? Tree.math : Tree.html);
    out.word(name === "object" && treat === Treat.plain ? "lk-object" : name);
    const hides = masked || this.hides(element, treat);
    writeAttributes(this.parts, out, element, name, hides, isHTML);
    if (treat === Treat.plain && !isHTML && masked && name === "svg") out.byte(Tree.end);
    else if (treat === Treat.plain) this.shadowAndChildren(element, masked);
    else this.special(element, treat, masked, id);
    return true;
  }

  /**
   * @param {any} element
   * @param {number} treat
   */
  hides(element, treat) {
    return (treat === Treat.field || treat === Treat.select) && this.mask.isSensitiveField(element);
  }

  /** @param {any} list @returns {boolean} whether it gives a slider its marks */
  isScale(list) {
    const scales = this.platform.all(list.ownerDocument, "input[type=range][list]");
    for (const field of scales) if (field.list === list) return true;
    return false;
  }

  /** @param {any} element */
  inert(element) {
    this.ids.add(element);
    this.out.byte(Tree.inert);
    return true;
  }

  /**
   * @param {any} element
   * @param {number} treat
   * @param {boolean} masked
   * @param {number} id
   */
  special(element, treat, masked, id) {
    const { parts, out } = this;
    switch (treat) {
      case Treat.sheet:
        parts.sheets.addOwner(element, id);
        out.byte(Tree.end);
        return;
      case Treat.field:
        parts.forms.add(element);
        if (element.type === "image") parts.images.add(element, masked);
        out.byte(Tree.end);
        return;
      case Treat.select:
        parts.forms.add(element);
        if (masked || this.mask.sensitive.has(element)) out.byte(Tree.end);
        else this.children(element, masked);
        return;
      case Treat.image:
      case Treat.embedded:
        parts.images.add(element, masked);
        out.byte(Tree.end);
        return;
      case Treat.still:
        parts.stills.add(element, masked);
        out.byte(Tree.end);
        return;
      case Treat.frame:
        this.frame(element, masked);
        return;
      case Treat.slot:
        parts.slots.add(element);
        this.children(element, masked);
        return;
      default:
        parts.elements.add(element);
        this.shadowAndChildren(element, masked);
    }
  }

  /**
   * @param {any} element
   * @param {boolean} masked
   */
  shadowAndChildren(element, masked) {
    const shadow = this.parts.roots.shadowOf(element);
    if (shadow !== null) this.shadow(shadow, masked);
    if (masked && shadow === null && this.collapses(element)) this.placeholder(element);
    else this.children(element, masked);
  }

  /**
   * @param {any} shadow
   * @param {boolean} masked
   */
  shadow(shadow, masked) {
    this.parts.roots.enter(shadow);
    this.out.byte(Tree.shadow);
    const manual = shadow.slotAssignment === "manual" ? shadowFlags.manual : 0;
    this.out.byte(manual | (shadow.delegatesFocus ? shadowFlags.delegatesFocus : 0));
    this.ids.addNow(shadow);
    this.children(shadow, masked);
  }

  /**
   * @param {any} element
   * @param {boolean} masked
   */
  frame(element, masked) {
    const document = this.parts.roots.documentOf(element);
    this.parts.frames.add(element, document);
    if (document !== null) {
      this.out.byte(Tree.content);
      this.content(document, masked);
    }
    this.out.byte(Tree.end);
  }

  /**
   * @param {any} element
   * @returns {boolean} whether all that is in a masked element is text and what may be in a line of text
   */
  collapses(element) {
    const { firstChild, nextSibling } = this.platform;
    let isEmpty = true;
    for (let child = firstChild(element); child !== null; child = nextSibling(child)) {
      if (child.nodeType === 1) {
        if (!this.isPhrasing(child)) return false;
        isEmpty = false;
      } else if (child.nodeType === 3 && /\S/.test(child.data)) isEmpty = false;
    }
    return !isEmpty;
  }

  /**
   * @param {any} parent
   * @returns {boolean} whether one placeholder is to stand for all that is in it by now
   */
  shouldCollapse(parent) {
    return parent.nodeType === 1 && this.mask.masked.has(parent) && this.parts.roots.shadowOf(parent) === null && this.collapses(parent);
  }

  /** @param {any} element */
  isPhrasing(element) {
    if (!phrasing.has(this.platform.localName(element)) || this.mask.unmarked.has(element)) return false;
    if (this.parts.roots.shadowOf(element) !== null) return false;
    return this.platform.firstChild(element) === null || this.collapses(element) || !/\S/.test(element.textContent);
  }

  /** @param {any} element */
  placeholder(element) {
    this.collapsed.add(element);
    this.ids.skip();
    this.out.byte(Tree.text);
    this.out.text(placeholder);
    this.out.byte(Tree.end);
  }
}

/** @param {string} name of an element of HTML @returns {number} */
function treatmentOf(name) {
  let treat = treatments.get(name);
  if (treat === undefined) treatments.set(name, (treat = name.includes("-") ? Treat.custom : Treat.plain));
  return treat;
}

/** @param {any} object @returns {boolean} whether it shows a picture, not what is in it instead */
function isPicture(object) {
  return object.type.startsWith("image/") || (object.type === "" && /\.(png|jpe?g|gif|webp|avif|svg)$/i.test(object.data));
}

/** @param {any} document */
function isLimitedQuirks(document) {
  const id = (document.doctype?.publicId ?? "").toLowerCase();
  const hasSystem = (document.doctype?.systemId ?? "") !== "";
  if (/^-\/\/w3c\/\/dtd xhtml 1\.0 (frameset|transitional)\/\//.test(id)) return true;
  return hasSystem && /^-\/\/w3c\/\/dtd html 4\.01 (frameset|transitional)\/\//.test(id);
}

