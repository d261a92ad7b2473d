import { FormatError } from "../shared/byte-reader.js";
import { Kind } from "../shared/kinds.js";
import { Environment, Op } from "../shared/ops.js";

/** @typedef {import("../shared/byte-reader.js").ByteReader} ByteReader */
/** @typedef {import("./replica.js").ReplicaParts} Parts */

/** @type {Record<number, (parts: Parts, reader: ByteReader) => void>} */
const steps = {
  [Op.environment]: environment,
  [Op.page]: page,
  [Op.document]: documentStep,
  [Op.detach]: (parts, reader) => element(parts, reader.number())?.remove?.(),
  [Op.remove]: remove,
  [Op.insert]: insert,
  [Op.attribute](parts, reader) {
    const target = element(parts, reader.number());
    const name = reader.word();
    const value = reader.text();
    if (isElement(target)) parts.elements.set(target, name, value);
  },
  [Op.removeAttribute](parts, reader) {
    const target = element(parts, reader.number());
    const name = reader.word();
    if (isElement(target)) parts.elements.remove(target, name);
  },
  [Op.text](parts, reader) {
    const target = element(parts, reader.number());
    const text = reader.text();
    if (target?.nodeType === 3) target.data = text;
  },
  [Op.sheet]: sheet,
  [Op.rules](parts, reader) {
    const id = reader.number();
    const start = reader.number();
    const removed = reader.number();
    parts.sheets.splice(id, start, removed, strings(reader));
  },
  [Op.sheetState](parts, reader) {
    const id = reader.number();
    const disabled = reader.byte() === 1;
    parts.sheets.state(id, reader.word(), disabled);
  },
  [Op.dropSheet](parts, reader) {
    const target = element(parts, reader.number());
    if (target?.localName !== "style") return;
    parts.sheets.drop(target);
    target.textContent = "";
  },
  [Op.adopt](parts, reader) {
    const root = element(parts, reader.number());
    const ids = numbers(reader);
    if (root?.nodeType === 9 || root?.host) parts.later(() => parts.sheets.adopt(root, ids));
  },
  [Op.value](parts, reader) {
    const target = element(parts, reader.number());
    const form = reader.byte();
    const text = reader.text();
    if (isElement(target)) parts.state.value(target, form, text);
  },
  [Op.scroll](parts, reader) {
    const target = element(parts, reader.number());
    const x = reader.decimal();
    const y = reader.decimal();
    if (target === undefined) return;
    parts.state.scroll(target, x, y);
    if (target === parts.document) parts.told({ scrollX: x, scrollY: y });
  },
  [Op.pointer]: pointer,
  [Op.focus](parts, reader) {
    const target = element(parts, reader.number());
    const isVisible = reader.byte() === 1;
    parts.state.mark("lk-focus", target, false);
    parts.state.mark("lk-focus-within", target, true);
    parts.state.mark("lk-focus-visible", isVisible ? target : undefined, false);
  },
  [Op.asset](parts, reader) {
    parts.assets.define(reader.number(), reader.text());
  },
  [Op.assign](parts, reader) {
    const slot = element(parts, reader.number());
    const nodes = numbers(reader).map((id) => parts.nodes.get(id)).filter(isAssignable);
    if (slot?.localName === "slot") slot.assign(...nodes);
  },
  [Op.state](parts, reader) {
    const target = element(parts, reader.number());
    const bits = reader.number();
    const names = reader.word();
    if (isElement(target)) parts.state.state(target, bits, names);
  },
  [Op.highlight](parts, reader) {
    const target = element(parts, reader.number());
    /** @type {[name: string, numbers: number[]][]} */
    const lists = [];
    for (let count = reader.number(); count > 0; count--) lists.push([reader.word(), numbers(reader)]);
    parts.later(() => parts.highlights.highlight(target, lists));
  },
  [Op.selection](parts, reader) {
    const target = element(parts, reader.number());
    parts.highlights.choose(target, reader.number(), reader.number());
  },
  [Op.animation](parts, reader) {
    const target = element(parts, reader.number());
    const texts = strings(reader);
    if (isElement(target)) parts.later(() => parts.animations.show(target, texts));
  },
  [Op.frame](parts, reader) {
    const target = element(parts, reader.number());
    const kind = reader.byte();
    const bytes = reader.raw(reader.number());
    if (target?.localName === "iframe") parts.later(() => parts.inner(target).receive(kind, bytes));
  },
  [Op.still](parts, reader) {
    const target = element(parts, reader.number());
    const asset = reader.number();
    if (isElement(target)) parts.pictures.setStill(target, asset);
  },
  [Op.property](parts, reader) {
    const target = element(parts, reader.number());
    const name = reader.word();
    const value = reader.text();
    if (isElement(target) && name === "box") setBox(target, value);
    if (target?.localName === "img" && name === "natural") {
      const [width, height] = value.split(" ").map(Number);
      parts.pictures.setNatural(target, width, height);
    }
  },
};

/** What a volatile frame may hold. */
const volatile = new Set([Op.scroll, Op.pointer]);

/**
 * @param {Parts} parts
 * @param {ByteReader} reader
 * @param {number} kind
 */
export function apply(parts, reader, kind) {
  while (!reader.atEnd) {
    const op = reader.byte();
    const step = steps[op];
    if (step === undefined || (kind === Kind.volatile && !volatile.has(op))) throw new FormatError("unknown step");
    if (kind === Kind.changes && op === Op.document) throw new FormatError("document among changes");
    step(parts, reader);
  }
}

/**
 * @param {ByteReader} reader at the start of a snapshot
 * @returns {number} the mode of its document
 */
export function findMode(reader) {
  reader.byte();
  reader.number();
  reader.number();
  reader.number();
  for (;;) {
    const op = reader.byte();
    if (op === Op.environment) readFeatures(reader);
    else if (op === Op.document) {
      reader.number();
      return Math.min(2, reader.byte());
    } else if (op !== Op.page) throw new FormatError("no document");
  }
}

/** @param {ByteReader} reader */
function readFeatures(reader) {
  const width = reader.number();
  const height = reader.number();
  const ratio = reader.decimal();
  return { width, height, ratio, features: reader.number() };
}

/**
 * @param {Parts} parts
 * @param {ByteReader} reader
 */
function environment(parts, reader) {
  const { width, height, ratio, features } = readFeatures(reader);
  const scheme = reader.text();
  const before = JSON.stringify(parts.css.environment);
  parts.css.environment = { features, dark: (features & Environment.dark) !== 0, ratio, scheme };
  if (JSON.stringify(parts.css.environment) !== before) {
    parts.sheets.reconsider();
    const base = parts.bases.get(parts.document);
    if (base) parts.fillBase(base);
  }
  parts.told({ width: Math.min(width, 16384), height: Math.min(height, 16384), devicePixelRatio: ratio });
}

/**
 * @param {Parts} parts
 * @param {ByteReader} reader
 */
function page(parts, reader) {
  parts.told({ url: reader.text(), title: reader.text() });
}

/**
 * @param {Parts} parts
 * @param {ByteReader} reader
 */
function documentStep(parts, reader) {
  const id = reader.number();
  const mode = reader.byte();
  parts.reset(mode);
  const { document } = parts;
  parts.nodes.set(id, document);
  parts.tree.build(reader, document, document, null, id + 1);
  parts.scheme();
  parts.tree.fillFrames();
}

/**
 * @param {Parts} parts
 * @param {ByteReader} reader
 */
function insert(parts, reader) {
  const parent = element(parts, reader.number());
  const next = parts.nodes.get(reader.number()) ?? null;
  const first = reader.number();
  const target = parent ?? parts.document.createDocumentFragment();
  const document = target.nodeType === 9 ? target : target.ownerDocument;
  parts.tree.build(reader, document, target, next, first);
  parts.tree.fillFrames();
}

/**
 * @param {Parts} parts
 * @param {ByteReader} reader
 */
function remove(parts, reader) {
  const target = element(parts, reader.number());
  if (target === undefined || target.nodeType === 9 || target.host) return;
  parts.nodes.free(target, (node) => parts.drop(node));
  target.remove();
}

/**
 * @param {Parts} parts
 * @param {ByteReader} reader
 */
function sheet(parts, reader) {
  const id = reader.number();
  const ownerID = reader.number();
  const disabled = reader.byte() === 1;
  const media = reader.word();
  const texts = strings(reader);
  const owner = ownerID === 0 ? undefined : element(parts, ownerID);
  if (ownerID !== 0 && owner?.localName !== "style") return;
  parts.sheets.add(id, owner, texts, media, disabled);
}

/**
 * @param {Parts} parts
 * @param {ByteReader} reader
 */
function pointer(parts, reader) {
  const x = reader.decimal();
  const y = reader.decimal();
  const over = element(parts, reader.number());
  const pressed = element(parts, reader.number());
  parts.state.mark("lk-hover", over, true);
  parts.state.mark("lk-active", pressed, true);
  parts.options.onevent("pointer", { x, y });
}

/**
 * @param {Parts} parts
 * @param {number} id
 */
function element(parts, id) {
  return parts.nodes.get(id);
}

/** @param {any} node */
function isElement(node) {
  return node?.nodeType === 1;
}

/** @param {any} node */
function isAssignable(node) {
  return node?.nodeType === 1 || node?.nodeType === 3;
}

/** @param {ByteReader} reader */
function strings(reader) {
  const count = reader.number();
  const result = [];
  for (let index = 0; index < count; index++) result.push(reader.text());
  return result;
}

/** @param {ByteReader} reader */
function numbers(reader) {
  const count = reader.number();
  const result = [];
  for (let index = 0; index < count; index++) result.push(reader.number());
  return result;
}

/**
 * @param {any} target
 * @param {string} value
 */
function setBox(target, value) {
  const [width, height] = value.split(" ").map(Number);
  if (!(width >= 0 && width < 65536 && height >= 0 && height < 65536)) return;
  target.style.width = `${width}px`;
  target.style.height = `${height}px`;
  target.style.background = "#d8d8d8";
}
