import { Command, commandForms, keyCodes, writeCommand } from "../shared/commands.js";

const deepest = 100;

/** What the agent may ask of the visitor's page. Each is checked again on the visitor's side. */
export class Commands {
  /** @param {import("./replica.js").ReplicaParts} parts */
  constructor(parts) {
    this.parts = parts;
  }

  interface() {
    return {
      /** @param {number} x @param {number} y  pixels of the visitor's window; both −1 when the pointer is gone */
      point: (x, y) => this.send(Command.point, x, y),
      /** @param {[number, number][]} points */
      draw: (points) => {
        if (points.length > 0) this.send(Command.draw, points);
      },
      /** @param {number} x @param {number} y */
      highlight: (x, y) => {
        const found = this.find(x, y);
        if (found) this.send(Command.highlight, found.id);
      },
      clear: () => this.send(Command.clear),
      /** @param {number} x @param {number} y @param {number} [box]  the number of a box from `boxAt`; without one the window */
      scrollTo: (x, y, box = 0) => this.send(Command.scroll, box, x, y),
      /** @param {number} x @param {number} y @param {number} across @param {number} down */
      boxAt: (x, y, across, down) => this.boxAt(x, y, across, down),
      /** @param {"back" | "forward" | {url: string}} where */
      navigate: (where) => {
        if (where === "back" || where === "forward") this.send(Command[where]);
        else if (where.url !== "") this.send(Command.address, where.url);
      },
      /** @param {number} x @param {number} y @param {{button?: number, count?: number}} [how] */
      click: (x, y, how) => {
        const found = this.find(x, y);
        if (found) this.send(Command.click, found.id, found.across, found.down, how?.button ?? 0, how?.count ?? 1);
      },
      /** @param {string | {key: string}} what */
      type: (what) => {
        if (typeof what === "string") {
          if (what !== "") this.send(Command.text, what);
        } else if (what.key in keyCodes) this.send(Command.key, what.key);
      },
    };
  }

  /**
   * @param {number} command
   * @param {any[]} values
   */
  send(command, ...values) {
    this.parts.options.send(commandForms[command]?.[0] ?? 0, writeCommand(command, ...values));
  }

  /**
   * Finds the innermost node of the visitor's at a place, in frames and shadow trees too.
   *
   * @param {number} x
   * @param {number} y
   * @returns {{element: any, id: number, across: number, down: number} | undefined}
   */
  find(x, y) {
    const { frame } = this.parts.options;
    // Nothing in an inert frame is found.
    frame.inert = false;
    try {
      return this.innermost(this.parts.document, x, y, 0);
    } finally {
      frame.inert = true;
    }
  }

  /** @param {any} root @param {number} x @param {number} y @param {number} depth @returns {any} */
  innermost(root, x, y, depth) {
    const element = depth < deepest ? root?.elementFromPoint(x, y) : null;
    if (!element) return undefined;
    const box = element.getBoundingClientRect();
    const { shadowRoot } = element;
    let inner;
    if (shadowRoot && shadowRoot !== root) inner = this.innermost(shadowRoot, x, y, depth + 1);
    if (element.localName === "iframe") {
      inner = this.innermost(element.contentDocument, x - box.left - element.clientLeft, y - box.top - element.clientTop, depth + 1);
    }
    const id = this.parts.nodes.of(element);
    if (inner || id === 0) return inner;
    return { element, id, across: (x - box.left) / (box.width || 1), down: (y - box.top) / (box.height || 1) };
  }

  /**
   * Finds the innermost box at a place that can be scrolled on in a direction.
   *
   * @param {number} x
   * @param {number} y
   * @param {number} across
   * @param {number} down
   * @returns {{box: number, x: number, y: number} | undefined}  its number, and where it is scrolled to; nothing for the window
   */
  boxAt(x, y, across, down) {
    for (let node = this.find(x, y)?.element; node; node = outside(node)) {
      const box = this.parts.nodes.of(node);
      if (box === 0 || node.nodeType !== 1) continue;
      // The document of a frame scrolls by its element, the page's own by the window.
      const isRoot = node === node.ownerDocument.scrollingElement;
      if (isRoot && node.ownerDocument === this.parts.document) return undefined;
      if (canScroll(node, isRoot, across, down)) return { box, x: node.scrollLeft, y: node.scrollTop };
    }
    return undefined;
  }
}

/** @param {any} node */
function outside(node) {
  return node.assignedSlot ?? node.parentNode ?? node.host ?? node.defaultView?.frameElement;
}

/** @param {any} node @param {boolean} isRoot @param {number} across @param {number} down */
function canScroll(node, isRoot, across, down) {
  const { overflowX, overflowY } = node.ownerDocument.defaultView.getComputedStyle(node);
  /** @param {string} overflow @param {number} by @param {number} at @param {number} most */
  const can = (overflow, by, at, most) => {
    const isBox = isRoot ? overflow !== "hidden" : overflow === "auto" || overflow === "scroll";
    return isBox && (by > 0 ? at < most - 1 : by < 0 && at > 0);
  };
  return (
    can(overflowY, down, node.scrollTop, node.scrollHeight - node.clientHeight) ||
    can(overflowX, across, node.scrollLeft, node.scrollWidth - node.clientWidth)
  );
}
