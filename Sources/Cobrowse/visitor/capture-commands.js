import { Command, readCommand } from "../shared/commands.js";
import { AgentInput } from "./capture-input.js";
import { Marks } from "./capture-marks.js";
import { outer } from "./mask-base.js";

/** What takes a click for what is in it. */
const activated = "a, area, button, input, label, option, select, summary, textarea";
/** What has a document of its own: a click there is not one on the page. */
const framed = /^(iframe|frame|object|embed|fencedframe)$/;
const field = /^(input|textarea|select)$/;

/** Does what the agent asks for, after a look of its own at right, node and mask. What is wrong is ignored. */
export class VisitorCommands {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    this.marks = new Marks(parts);
    this.input = new AgentInput(this);
    /** @type {Set<string>} */
    this.rights = new Set();
  }

  /** @param {Record<string, boolean | undefined>} rights  what the privileges and the visitor allow now */
  allow(rights) {
    this.rights = new Set(["annotate", "scroll", "navigate", "assist"].filter((name) => rights[name] === true));
    if (!this.rights.has("annotate")) this.marks.clear();
  }

  stop() {
    this.allow({});
  }

  /** @param {number} kind @param {Uint8Array} bytes */
  receive(kind, bytes) {
    try {
      const found = readCommand(kind, bytes);
      if (found && this.rights.has(found.right)) this.perform(found.command, found.values);
    } catch (error) {
      this.parts.report("command", { message: String(error) });
    }
  }

  /** @param {number} command @param {any[]} values */
  perform(command, values) {
    const [first, ...rest] = values;
    const { history, navigation } = this.parts.platform.window;
    switch (command) {
      case Command.point: return this.marks.point(first, rest[0]);
      case Command.draw: return this.marks.draw(first);
      case Command.highlight: return this.highlight(this.parts.ids.node(first));
      case Command.clear: return this.marks.clear();
      case Command.scroll: return this.scroll(first, rest[0], rest[1]);
      // Neither leads away from the site, where the browser can tell.
      case Command.back: return navigation?.canGoBack === false ? undefined : history.back();
      case Command.forward: return navigation?.canGoForward === false ? undefined : history.forward();
      case Command.address: return this.go(first);
      case Command.click: return this.click(this.parts.ids.node(first), rest);
      case Command.text: return this.input.type(first);
      case Command.key: return this.input.press(first);
      default: return undefined;
    }
  }

  /** @param {any} node  a masked one may be pointed out too */
  highlight(node) {
    if (this.isThere(node)) this.marks.highlight(node);
  }

  /** @param {number} id @param {number} left @param {number} top */
  scroll(id, left, top) {
    const { ids, platform } = this.parts;
    const node = id === 0 ? platform.window.document : ids.node(id);
    const box = node && platform.nodeType(node) === 9 ? node.scrollingElement : node;
    if (!this.isThere(box) || (field.test(platform.localName(box)) && this.isSecret(box))) return;
    box.scrollTo({ left, top, behavior: "instant" });
  }

  /** @param {string} text  an address of the same origin; everything else is ignored */
  go(text) {
    const { location } = this.parts.platform.window;
    try {
      const { protocol, origin, username, password, href } = new URL(text, location.href);
      if (/^https?:$/.test(protocol) && origin === location.origin && !username && !password) location.assign(href);
    } catch {
      // Not an address.
    }
  }

  /** @param {any} element @param {number[]} values */
  click(element, [across, down, button, count]) {
    const box = this.isThere(element) && element.getBoundingClientRect();
    if (!box) return;
    const x = box.left + across * box.width;
    const y = box.top + down * box.height;
    if (this.isReached(element, x, y)) this.input.click(element, x, y, button, count);
    // What is typed next must not go where the focus was before.
    else this.input.target()?.blur();
  }

  /**
   * @param {any} element @param {number} x @param {number} y
   * @returns {boolean} whether a pointer at this place would reach the element, and the agent may touch it and what is there
   */
  isReached(element, x, y) {
    const { platform } = this.parts;
    const found = this.deepest(element.ownerDocument, x, y);
    if (!found || ![...this.path(found)].includes(element) || this.isClosed(found) || this.isClosed(element)) return false;
    for (let { defaultView: view } = element.ownerDocument; view !== platform.window; view = view.parent) {
      const frame = view.frameElement;
      const box = frame.getBoundingClientRect();
      x += box.left + frame.clientLeft;
      y += box.top + frame.clientTop;
      if (this.deepest(frame.ownerDocument, x, y) !== frame) return false;
    }
    return true;
  }

  /** @param {any} root @param {number} x @param {number} y @returns {any} */
  deepest(root, x, y) {
    const found = root.elementFromPoint(x, y);
    const shadow = found && this.parts.roots.shadowOf(found);
    return (shadow && shadow !== root && this.deepest(shadow, x, y)) || found;
  }

  /**
   * What a click on a node passes through, up to the page's document.
   * @param {any} node
   */
  *path(node) {
    const { platform } = this.parts;
    while (node) {
      yield node;
      node = (platform.nodeType(node) === 1 && platform.assignedSlot(node)) || outer(platform, node);
    }
  }

  /** @param {any} node @returns {boolean} whether it is an element on the page, and no control of ours */
  isThere(node) {
    const { platform } = this.parts;
    if (!node || platform.nodeType(node) !== 1) return false;
    const path = [...this.path(node)];
    return path.at(-1) === platform.window.document && !path.some((each) => this.isOwn(each));
  }

  /** @param {any} node */
  isOwn(node) {
    const { platform } = this.parts;
    return platform.nodeType(node) === 1 && platform.attribute(node, "data-latchkey-ui") !== null;
  }

  /** @param {any} element @returns {boolean} whether the agent may not touch it */
  isClosed(element) {
    const { ids, platform } = this.parts;
    if (!this.isThere(element) || ids.of(element) === 0 || this.isSecret(element)) return true;
    if (framed.test(platform.localName(element))) return true;
    for (const node of this.path(element)) {
      if (platform.nodeType(node) !== 1 || !platform.matches(node, activated)) continue;
      if (this.isSecret(node) || platform.matches(node, ":disabled")) return true;
      if (platform.localName(node) === "label" && node.control && this.isSecret(node.control)) return true;
    }
    return false;
  }

  /** @param {any} element @returns {boolean} whether it is masked, sensitive, or chooses files */
  isSecret(element) {
    const { mask, platform } = this.parts;
    if (mask.covers(element) || this.isMarked(element)) return true;
    return field.test(platform.localName(element)) && (element.type === "file" || mask.isSensitiveField(element));
  }

  /** @param {any} element @returns {boolean} whether it is masked by now, whatever was sent before */
  isMarked(element) {
    const { mask, platform } = this.parts;
    for (let node = element; node; node = outer(platform, node)) {
      if (platform.nodeType(node) !== 1) continue;
      if (platform.matches(node, mask.maskSelector)) return true;
      if (platform.matches(node, mask.unmaskSelector)) return false;
    }
    return mask.everything;
  }
}
