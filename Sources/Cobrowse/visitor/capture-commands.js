import { ByteReader, FormatError } from "../shared/byte-reader.js";
import { Command, keys, strokeLimit, textLimit } from "../shared/commands.js";
import { Kind } from "../shared/kinds.js";
import { click, press, putIn } from "./capture-input.js";
import { Marks } from "./capture-marks.js";

/**
 * What each command needs: the kind of frame that it comes in, and a right that holds at this moment.
 *
 * @type {Record<number, [number, string]>}
 */
const rules = {
  [Command.point]: [Kind.annotate, "annotate"], [Command.draw]: [Kind.annotate, "annotate"],
  [Command.highlight]: [Kind.annotate, "annotate"], [Command.clear]: [Kind.annotate, "annotate"],
  [Command.scroll]: [Kind.navigate, "scroll"], [Command.back]: [Kind.navigate, "navigate"],
  [Command.forward]: [Kind.navigate, "navigate"], [Command.address]: [Kind.navigate, "navigate"],
  [Command.click]: [Kind.assist, "assist"], [Command.text]: [Kind.assist, "assist"], [Command.key]: [Kind.assist, "assist"],
};

/** Does what the agent asks for, after a look of its own at right, node and mask. What is wrong is ignored. */
export class VisitorCommands {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    this.marks = new Marks(parts);
    /** @type {Record<string, boolean>} */
    this.rights = {};
  }

  /** @param {Record<string, boolean | undefined>} rights  what the privileges and the visitor allow now */
  allow(rights) {
    this.rights = {};
    for (const name of ["annotate", "scroll", "navigate", "assist"]) this.rights[name] = rights[name] === true;
    if (!this.rights.annotate) this.marks.clear();
  }

  /** @param {number} kind @param {Uint8Array} bytes */
  receive(kind, bytes) {
    try {
      const reader = new ByteReader(bytes);
      const command = reader.byte();
      const [wanted, right] = rules[command] ?? [];
      if (wanted === kind && right && this.rights[right]) this.perform(command, reader);
    } catch (error) {
      if (!(error instanceof FormatError)) this.parts.report("command", { message: String(error) });
    }
  }

  /** @param {number} command @param {ByteReader} reader */
  perform(command, reader) {
    const { window } = this.parts.platform;
    switch (command) {
      case Command.point: return this.marks.point(reader.signed(), reader.signed());
      case Command.draw: return this.marks.draw(pointsOf(reader));
      case Command.highlight: return this.element(reader, (element) => this.marks.highlight(element));
      case Command.clear: return this.marks.clear();
      case Command.scroll: return this.scroll(reader);
      case Command.back: return window.history.back();
      case Command.forward: return window.history.forward();
      case Command.address: return this.go(reader.string());
      case Command.click: return this.click(reader);
      case Command.text: return this.typing((field) => putIn(field, reader.string().slice(0, textLimit)));
      case Command.key: return this.key(reader.string());
      default: return undefined;
    }
  }

  /**
   * @param {ByteReader} reader
   * @param {(element: any) => void} use  is called for an element that is on the page and no control of ours
   */
  element(reader, use) {
    const node = this.parts.ids.node(reader.number());
    if (node?.nodeType === 1 && node.isConnected && !isOwn(node)) use(node);
  }

  /** @param {ByteReader} reader */
  scroll(reader) {
    const id = reader.number();
    const document = this.parts.platform.window.document;
    const node = id === 0 ? document : this.parts.ids.node(id);
    const box = node?.nodeType === 9 ? node.scrollingElement : node;
    if (box?.nodeType !== 1 || isOwn(box)) return;
    box.scrollTo({ left: reader.signed(), top: reader.signed(), behavior: "instant" });
  }

  /** @param {string} text  an address of the same origin; everything else is ignored */
  go(text) {
    const { location } = this.parts.platform.window;
    try {
      const url = new URL(text, location.href);
      if (/^https?:$/.test(url.protocol) && url.origin === location.origin) location.assign(url.href);
    } catch {
      // Not an address.
    }
  }

  /** @param {ByteReader} reader */
  click(reader) {
    this.element(reader, (element) => {
      const box = element.getBoundingClientRect();
      const x = box.left + reader.decimal() * box.width;
      const y = box.top + reader.decimal() * box.height;
      const button = reader.byte();
      const count = reader.byte();
      const hit = this.hit(element, x, y);
      if (hit && button <= 2 && count >= 1 && count <= 3) click(hit, x, y, button, count);
      // What is typed next must not go where the focus was before.
      else this.typing((field) => field.blur());
    });
  }

  /**
   * What a pointer at this place would reach, if that is the element or in it, and nothing of it is hidden from the agent.
   *
   * @param {any} element @param {number} x @param {number} y @returns {any}
   */
  hit(element, x, y) {
    const found = this.deepest(element.ownerDocument, x, y);
    if (!found || !this.isWithin(found, element) || this.isClosed(found)) return undefined;
    for (let { defaultView: view } = element.ownerDocument; view?.frameElement; view = view.parent) {
      const frame = view.frameElement;
      const box = frame.getBoundingClientRect();
      x += box.left + frame.clientLeft;
      y += box.top + frame.clientTop;
      if (this.deepest(frame.ownerDocument, x, y) !== frame) return undefined;
    }
    return found;
  }

  /** @param {any} root @param {number} x @param {number} y @returns {any} */
  deepest(root, x, y) {
    const found = root.elementFromPoint(x, y);
    const shadow = found && this.parts.roots.shadowOf(found);
    return (shadow && shadow !== root && this.deepest(shadow, x, y)) || found;
  }

  /** @param {any} node @param {any} element @returns {boolean} */
  isWithin(node, element) {
    for (let current = node; current; current = current.assignedSlot ?? current.parentNode ?? current.host) {
      if (current === element) return true;
    }
    return false;
  }

  /** @param {any} element @returns {boolean} whether the agent may not touch it */
  isClosed(element) {
    const { ids, mask } = this.parts;
    const field = element.closest?.("label")?.control ?? element;
    const isField = (/** @type {any} */ one) => /^(input|textarea|select)$/.test(one.localName);
    return [element, field].some(
      (one) => isOwn(one) || ids.of(one) === 0 || mask.covers(one) || one.type === "file" || (isField(one) && mask.isSensitiveField(one)),
    );
  }

  /** @param {(field: any) => void} use  is called with what has the focus, if the agent may type there */
  typing(use) {
    const element = this.focused();
    if (element && !this.isClosed(element)) use(element);
  }

  /** @param {string} key */
  key(key) {
    if (keys.includes(key)) this.typing((element) => press(element, key));
  }

  /** @returns {any} */
  focused() {
    const { roots, platform } = this.parts;
    let element = platform.window.document.activeElement;
    for (;;) {
      const root = element && (roots.shadowOf(element) ?? (element.localName === "iframe" && roots.documentOf(element)));
      if (!root?.activeElement) return element;
      element = root.activeElement;
    }
  }

  stop() {
    this.allow({});
  }
}

/** @param {any} node @returns {boolean} whether it is one of our own controls, or in one */
function isOwn(node) {
  return node.closest("[data-latchkey-ui]") !== null;
}

/** @param {ByteReader} reader @returns {[number, number][]} */
function pointsOf(reader) {
  const count = reader.number();
  if (count > strokeLimit) throw new FormatError("too many points");
  return Array.from({ length: count }, () => [reader.signed(), reader.signed()]);
}
