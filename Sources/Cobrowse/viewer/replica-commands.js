import { ByteWriter } from "../shared/byte-writer.js";
import { Command, strokeLimit, textLimit } from "../shared/commands.js";
import { Kind } from "../shared/kinds.js";

/** What the agent may ask of the visitor's page. Each is checked again on the visitor's side. */
export class Commands {
  /** @param {import("./replica.js").ReplicaParts} parts */
  constructor(parts) {
    this.parts = parts;
  }

  interface() {
    return {
      /** @param {number} x @param {number} y  pixels of the visitor's window; −1 when the pointer is gone */
      point: (x, y) => this.send(Kind.annotate, Command.point, (out) => place(out, x, y)),
      /** @param {[number, number][]} points */
      draw: (points) =>
        this.send(Kind.annotate, Command.draw, (out) => {
          const some = points.slice(-strokeLimit);
          out.number(some.length);
          for (const [x, y] of some) place(out, x, y);
        }),
      /** @param {number} x @param {number} y */
      highlight: (x, y) => {
        const found = this.find(x, y);
        if (found) this.send(Kind.annotate, Command.highlight, (out) => out.number(found.id));
      },
      clear: () => this.send(Kind.annotate, Command.clear),
      /** @param {number} x @param {number} y */
      scrollTo: (x, y) =>
        this.send(Kind.navigate, Command.scroll, (out) => {
          out.number(0);
          place(out, x, y);
        }),
      /** @param {"back" | "forward" | {url: string}} where */
      navigate: (where) => {
        if (typeof where === "string") this.send(Kind.navigate, Command[where]);
        else this.send(Kind.navigate, Command.address, (out) => out.string(where.url));
      },
      /** @param {number} x @param {number} y @param {{button: number, count: number}} how */
      click: (x, y, { button, count }) => {
        const found = this.find(x, y);
        if (!found) return;
        this.send(Kind.assist, Command.click, (out) => {
          out.number(found.id);
          out.decimal(found.left);
          out.decimal(found.top);
          out.byte(button);
          out.byte(Math.min(count, 3));
        });
      },
      /** @param {string | {key: string}} what */
      type: (what) => {
        if (typeof what === "string") this.send(Kind.assist, Command.text, (out) => out.string(what.slice(0, textLimit)));
        else this.send(Kind.assist, Command.key, (out) => out.string(what.key));
      },
    };
  }

  /**
   * @param {number} kind
   * @param {number} command
   * @param {(out: ByteWriter) => void} [write]
   */
  send(kind, command, write) {
    const out = new ByteWriter(64);
    out.byte(command);
    write?.(out);
    this.parts.options.send(kind, out.finish());
  }

  /**
   * Finds the innermost node of the visitor's at a place, in frames and shadow trees too.
   *
   * @param {number} x
   * @param {number} y
   * @returns {{id: number, left: number, top: number} | undefined}
   */
  find(x, y) {
    const { frame } = this.parts.options;
    // Nothing in an inert frame is found.
    frame.inert = false;
    try {
      let root = this.parts.document;
      /** @type {any} */
      let found;
      while (root) {
        const element = root.elementFromPoint(x, y);
        if (!element || element === found?.element) break;
        const box = element.getBoundingClientRect();
        const id = this.parts.nodes.of(element);
        if (id !== 0) found = { element, id, left: (x - box.left) / (box.width || 1), top: (y - box.top) / (box.height || 1) };
        root = element.shadowRoot;
        if (element.localName !== "iframe") continue;
        root = element.contentDocument;
        x -= box.left + element.clientLeft;
        y -= box.top + element.clientTop;
      }
      return found;
    } finally {
      frame.inert = true;
    }
  }
}

/** @param {ByteWriter} out @param {number} x @param {number} y */
function place(out, x, y) {
  out.signed(Math.round(x));
  out.signed(Math.round(y));
}
