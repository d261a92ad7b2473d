const mostRanges = 5000;

/** Shows what is selected and what the page highlights. The frame never has the focus, so nothing can be selected in it. */
export class ReplicaHighlights {
  /** @param {import("./replica.js").ReplicaParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {{field: any, start: number, end: number} | undefined} */
    this.chosen = undefined;
    /** @type {any} */
    this.covered = undefined;
    /** @type {any} */
    this.shown = undefined;
  }

  clear() {
    this.chosen = undefined;
    this.shown = undefined;
  }

  /**
   * @param {any} document
   * @param {[name: string, numbers: number[]][]} lists
   */
  highlight(document, lists) {
    const view = document?.nodeType === 9 ? document.defaultView : undefined;
    if (!view?.CSS?.highlights) return;
    view.CSS.highlights.clear();
    for (const [name, numbers] of lists) {
      const highlight = new view.Highlight();
      for (let index = 0; index + 3 < numbers.length && index < mostRanges * 4; index += 4) {
        const range = this.range(document, numbers.slice(index, index + 4));
        if (range) highlight.add(range);
      }
      if (name === "lk-selection") highlight.priority = 1;
      if (highlight.size > 0) view.CSS.highlights.set(name, highlight);
    }
  }

  /**
   * @param {Document} document
   * @param {number[]} numbers
   */
  range(document, numbers) {
    const range = document.createRange();
    try {
      place(this.parts.nodes.get(numbers[0]), numbers[1], (node, offset) => range.setStart(node, offset));
      place(this.parts.nodes.get(numbers[2]), numbers[3], (node, offset) => range.setEnd(node, offset));
    } catch {
      return undefined;
    }
    return range;
  }

  /**
   * @param {any} field
   * @param {number} start
   * @param {number} end
   */
  choose(field, start, end) {
    this.chosen = field?.nodeType === 1 && typeof field.value === "string" ? { field, start, end } : undefined;
  }

  /** Lays the selected text of a field over it. */
  settle() {
    this.shown?.remove();
    this.covered?.removeAttribute("lk-chosen");
    this.shown = undefined;
    this.covered = undefined;
    const { chosen } = this;
    if (chosen === undefined || !chosen.field.isConnected) return;
    const { field, start, end } = chosen;
    const clip = clipOf(field);
    if (clip === undefined) return;
    const { ownerDocument: document } = field;
    const style = document.defaultView?.getComputedStyle(field);
    if (!style || !document.documentElement) return;
    const over = document.createElement("lk-over");
    const before = document.createElement("lk-before");
    const marked = document.createElement("lk-marked");
    const text = field.type === "password" ? "•".repeat(field.value.length) : field.value;
    before.append(text.slice(0, start));
    marked.append(text.slice(start, end));
    over.append(before, marked, text.slice(end));
    field.setAttribute("lk-chosen", "");
    this.covered = field;
    cover(over, field, style, clip);
    layOver(over, document);
    over.scrollTo(field.scrollLeft, field.scrollTop);
    this.shown = over;
  }
}

/**
 * Shows an element above all that the page shows.
 * @param {any} over
 * @param {Document} document
 */
export function layOver(over, document) {
  document.documentElement.append(over);
  over.setAttribute("popover", "manual");
  try {
    over.showPopover();
  } catch {
    over.removeAttribute("popover");
  }
}

/** @typedef {{left: number, top: number, right: number, bottom: number}} Box */

/**
 * @param {any} field
 * @returns {Box | undefined} what of the window shows it, undefined where nothing does: editors keep such fields for the keyboard
 */
export function clipOf(field) {
  if (field.checkVisibility?.({ opacityProperty: true, visibilityProperty: true }) === false) return undefined;
  const clip = { left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity };
  // Whether boxes that are not positioned do not hold what is in them.
  let isLoose = false;
  for (let element = field; element; element = element.assignedSlot ?? element.parentElement ?? element.getRootNode().host) {
    // What these two hide is up to the window.
    if (/^(html|body)$/.test(element.localName)) break;
    const { overflowX, overflowY, display, position, transform } = getComputedStyle(element);
    if (display === "contents" || (isLoose && position === "static" && transform === "none")) continue;
    const box = element.getBoundingClientRect();
    if (element === field || (overflowX !== "visible" && display !== "inline")) {
      clip.left = Math.max(clip.left, box.left);
      clip.right = Math.min(clip.right, box.right);
    }
    if (element === field || (overflowY !== "visible" && display !== "inline")) {
      clip.top = Math.max(clip.top, box.top);
      clip.bottom = Math.min(clip.bottom, box.bottom);
    }
    if (position === "fixed" || element.matches(":is(:modal, :popover-open)")) break;
    isLoose = position === "absolute";
  }
  return clip.left < clip.right && clip.top < clip.bottom ? clip : undefined;
}

/**
 * @param {Box} box
 * @param {Box} clip
 * @returns {string} a `clip-path` that leaves of the box what is in the other
 */
export function clipPath(box, clip) {
  const sides = [clip.top - box.top, box.right - clip.right, box.bottom - clip.bottom, clip.left - box.left];
  return `inset(${sides.map((side) => `${Math.max(0, side)}px`).join(" ")})`;
}

/**
 * @param {any} over
 * @param {any} field
 * @param {CSSStyleDeclaration} style
 * @param {Box} clip
 */
function cover(over, field, style, clip) {
  const box = field.getBoundingClientRect();
  const side = (/** @type {string} */ name) => parseFloat(style.getPropertyValue(name)) || 0;
  const isArea = field.localName === "textarea";
  const left = field.clientLeft + side("padding-left");
  const top = field.clientTop + side("padding-top");
  const width = field.clientWidth - side("padding-left") - side("padding-right");
  const height = field.clientHeight - side("padding-top") - side("padding-bottom");
  Object.assign(over.style, {
    left: `${box.left + left}px`, top: `${box.top + top}px`, width: `${width}px`, height: `${height}px`,
    color: style.color, whiteSpace: isArea ? "pre-wrap" : "pre", lineHeight: isArea ? style.lineHeight : `${height}px`, textAlign: style.textAlign,
    overflowWrap: "break-word", direction: style.direction,
    clipPath: clipPath({ left: box.left + left, top: box.top + top, right: box.left + left + width, bottom: box.top + top + height }, clip),
  });
  for (const name of ["font-family", "font-size", "font-weight", "font-style", "font-stretch", "letter-spacing", "word-spacing", "text-transform", "text-indent"]) {
    over.style.setProperty(name, style.getPropertyValue(name));
  }
}

/**
 * @param {any} node
 * @param {number} offset of an element 0 says before it, 1 at the end of it
 * @param {(node: any, offset: number) => void} set
 */
function place(node, offset, set) {
  if (node.nodeType === 3) set(node, Math.min(offset, node.length));
  else if (offset === 1) set(node, node.childNodes.length);
  else set(node.parentNode, [...node.parentNode.childNodes].indexOf(node));
}
