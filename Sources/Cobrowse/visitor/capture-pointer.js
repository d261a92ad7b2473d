import { Op } from "../shared/ops.js";

/** The visitor's pointer, what it is over, what is pressed, and what has the focus. */
export class Pointer {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    this.x = 0;
    this.y = 0;
    this.hasMoved = false;
    this.hover = null;
    this.active = null;
    this.focused = 0;
    this.sentPointer = "";
    this.sentFocus = "";
    /** @type {(event: any) => void}  what scripts send, and the agent, moves nobody's pointer */
    this.onpointer = (event) => {
      const type = event.type.slice(7);
      if (type === "out") {
        if (event.relatedTarget !== null) return;
        this.hover = null;
        parts.schedule();
      } else if (event.isTrusted) {
        if (type === "down") this.active = event.composedPath()[0] ?? null;
        if (type === "up" || type === "cancel") this.active = null;
        this.moved(event);
      }
    };
  }

  clear() {
    this.sentPointer = "";
    this.sentFocus = "";
  }

  /** @param {any} event */
  moved(event) {
    const offset = this.frameOffset(event.view);
    this.x = event.clientX + offset.x;
    this.y = event.clientY + offset.y;
    this.hasMoved = true;
    this.hover = event.pointerType === "touch" && this.active === null ? null : (event.composedPath()[0] ?? null);
    this.parts.schedule();
  }

  /** @param {any} view the window of a frame that the pointer is in */
  frameOffset(view) {
    let x = 0;
    let y = 0;
    let current = view;
    while (current && current !== this.parts.platform.window && current.frameElement) {
      const box = current.frameElement.getBoundingClientRect();
      x += box.left + current.frameElement.clientLeft;
      y += box.top + current.frameElement.clientTop;
      current = current.parent;
    }
    return { x, y };
  }

  /** @param {import("../shared/byte-writer.js").ByteWriter} out */
  writeVolatile(out) {
    if (this.hasMoved) this.writePointer(out);
    this.hasMoved = false;
  }

  /**
   * Writes what a dropped frame may have left out.
   * @param {import("../shared/byte-writer.js").ByteWriter} out
   */
  writeSettled(out) {
    const { platform } = this.parts;
    if (this.hover && !platform.matches(this.hover, ":hover")) {
      const over = platform.all(platform.window.document, ":hover");
      this.hover = over[over.length - 1] ?? null;
    }
    const now = `${this.parts.ids.of(this.hover)} ${this.parts.ids.of(this.active)}`;
    if (now === this.sentPointer) return;
    this.sentPointer = now;
    this.writePointer(out);
  }

  /** @param {import("../shared/byte-writer.js").ByteWriter} out */
  writePointer(out) {
    const { ids } = this.parts;
    out.byte(Op.pointer);
    out.decimal(this.x);
    out.decimal(this.y);
    out.number(ids.of(this.hover));
    out.number(ids.of(this.active));
  }

  /** @param {import("../shared/byte-writer.js").ByteWriter} out */
  writeFocus(out) {
    const element = this.focusedElement();
    const id = this.parts.ids.of(element);
    const isVisible = id !== 0 && this.parts.platform.matches(element, ":focus-visible");
    const now = `${id} ${isVisible}`;
    if (now === this.sentFocus) return;
    this.sentFocus = now;
    out.byte(Op.focus);
    out.number(id);
    out.byte(isVisible ? 1 : 0);
  }

  /** @returns {any} the innermost element that has the focus, if its window has it too */
  focusedElement() {
    const element = this.innermost();
    return element && this.parts.platform.matches(element, ":focus") ? element : null;
  }

  /** @returns {any} the innermost element that has the focus within its window */
  innermost() {
    const { roots, platform } = this.parts;
    let element = platform.window.document.activeElement;
    while (element) {
      const inner = roots.shadowOf(element)?.activeElement ?? innerDocument(roots, element)?.activeElement;
      if (!inner) break;
      element = inner;
    }
    return element;
  }
}

/**
 * @param {import("./capture-roots.js").Roots} roots
 * @param {any} element
 */
function innerDocument(roots, element) {
  return element.localName === "iframe" || element.localName === "frame" ? roots.documentOf(element) : null;
}

