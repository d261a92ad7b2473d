import { FormatError } from "../shared/byte-reader.js";
import { Tree } from "../shared/ops.js";
import { html, math, svg } from "./replica-allow.js";

const deepest = 1400;
const most = 1_000_000;

/** Builds trees of nodes as they were written. */
export class TreeBuilder {
  /** @param {import("./replica.js").ReplicaParts} parts */
  constructor(parts) {
    this.parts = parts;
    /**
     * Frames whose documents can be filled once they are in place.
     * @type {{frame: any, mode: number, id: number, holder: any}[]}
     */
    this.frames = [];
    this.id = 0;
  }

  /**
   * @param {import("../shared/byte-reader.js").ByteReader} reader
   * @param {Document} document
   * @param {any} top what the nodes are put into
   * @param {any} next what they are put before
   * @param {number} firstID
   */
  build(reader, document, top, next, firstID) {
    this.id = firstID;
    const { nodes } = this.parts;
    /** @type {any[]} */
    const stack = [];
    let parent = top;
    let before = next;
    for (;;) {
      const kind = reader.byte();
      if (kind === Tree.end) {
        const up = stack.pop();
        if (up === undefined) return;
        parent = up;
        before = stack.length === 0 ? next : null;
        continue;
      }
      const node = this.node(kind, reader, document, parent);
      if (kind === Tree.moved) {
        place(parent, node, before, stack.length);
        continue;
      }
      if (kind === Tree.shadow) {
        stack.push(parent);
        parent = node;
        before = null;
        continue;
      }
      if (kind === Tree.content) {
        stack.push(parent);
        parent = node;
        before = null;
        continue;
      }
      nodes.set(this.id++, node);
      if (nodes.nodes.size > most) throw new FormatError("too many nodes");
      place(parent, node, before, stack.length);
      if (kind === Tree.html || kind === Tree.svg || kind === Tree.math) {
        stack.push(parent);
        parent = node;
        before = null;
      }
    }
  }

  /**
   * @param {number} kind
   * @param {import("../shared/byte-reader.js").ByteReader} reader
   * @param {Document} document
   * @param {any} parent
   * @returns {any}
   */
  node(kind, reader, document, parent) {
    switch (kind) {
      case Tree.text:
        return document.createTextNode(reader.text());
      case Tree.html:
        return this.element(reader, document, html);
      case Tree.svg:
        return this.element(reader, document, svg);
      case Tree.math:
        return this.element(reader, document, math);
      case Tree.inert:
        return document.createElementNS(html, "lk-inert");
      case Tree.moved:
        return this.moved(reader.number());
      case Tree.shadow:
        return this.shadow(parent, reader.byte());
      case Tree.content:
        return this.content(parent, reader.byte(), document);
      default:
        throw new FormatError("unknown node");
    }
  }

  /**
   * @param {import("../shared/byte-reader.js").ByteReader} reader
   * @param {Document} document
   * @param {string} namespace
   */
  element(reader, document, namespace) {
    const element = this.parts.elements.make(document, reader.word(), namespace);
    for (let name = reader.word(); name !== ""; name = reader.word()) this.parts.elements.set(element, name, reader.word());
    return element;
  }

  /** @param {number} id */
  moved(id) {
    const node = this.parts.nodes.get(id);
    if (node === undefined || node.nodeType === 9 || node.nodeType === 11) throw new FormatError("unknown node");
    return node;
  }

  /**
   * @param {any} host
   * @param {number} flags
   */
  shadow(host, flags) {
    if (host.nodeType !== 1) throw new FormatError("no host");
    let shadow = host.shadowRoot;
    try {
      shadow ??= host.attachShadow({ mode: "open", slotAssignment: flags & 1 ? "manual" : "named" });
    } catch {
      shadow = host.ownerDocument.createDocumentFragment();
    }
    this.parts.nodes.set(this.id++, shadow);
    if (shadow.host) this.parts.sheets.adopt(shadow, []);
    return shadow;
  }

  /**
   * @param {any} frame
   * @param {number} mode
   * @param {Document} document
   */
  content(frame, mode, document) {
    const holder = document.createDocumentFragment();
    if (frame.localName === "iframe") this.frames.push({ frame, mode, id: this.id, holder });
    this.id++;
    return holder;
  }

  /** Fills the documents of frames that are in place by now. */
  fillFrames() {
    for (let entry = this.frames.shift(); entry !== undefined; entry = this.frames.shift()) {
      const document = entry.frame.contentDocument;
      if (!document) continue;
      this.parts.openDocument(document, entry.mode);
      this.parts.nodes.set(entry.id, document);
      const top = [...entry.holder.childNodes].find((node) => node.nodeType === 1);
      if (top) document.appendChild(top);
      this.parts.sheets.adopt(document, []);
    }
  }
}

/**
 * @param {any} parent
 * @param {any} node
 * @param {any} before
 * @param {number} depth
 */
function place(parent, node, before, depth) {
  if (depth > deepest) return;
  if (parent.nodeType === 9) {
    if (node.nodeType !== 1 || (parent.documentElement && parent.documentElement !== node)) return;
  }
  try {
    parent.insertBefore(node, before !== null && before.parentNode === parent ? before : null);
  } catch {
    return;
  }
}
