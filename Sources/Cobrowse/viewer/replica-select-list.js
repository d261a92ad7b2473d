import { layOver } from "./replica-highlights.js";

/** As many rows are shown at once, and of longer lists those around the chosen one. */
const mostRows = 20;
const rowHeight = 24;
const mostOptions = 2000;
const shown = [
  "color", "background-color", "font-family", "font-weight", "font-style", "font-variant-caps", "text-transform", "text-align", "direction",
];

/** The list of an open `select`, which browsers show in a window of their own, laid over the page. */
export class SelectList {
  constructor() {
    /** The `select` that is open. @type {any} */
    this.select = undefined;
    /** @type {any} */
    this.list = undefined;
    this.shown = "";
  }

  clear() {
    this.select = undefined;
    this.list = undefined;
    this.shown = "";
  }

  /**
   * @param {any} element
   * @param {boolean} isOpen
   */
  note(element, isOpen) {
    if (isOpen && element.localName === "select") this.select = element;
    else if (this.select === element) this.select = undefined;
  }

  /** Shows the list as the `select` is now. */
  settle() {
    const shown = this.select?.isConnected ? looks(this.select) : "";
    if (shown === this.shown) return;
    this.shown = shown;
    this.list?.remove();
    this.list = shown === "" ? undefined : layList(this.select);
  }
}

/** @param {any} select @returns {string} what decides how its list looks */
function looks(select) {
  const { left, top, width, height } = select.getBoundingClientRect();
  return JSON.stringify([left, top, width, height, select.selectedIndex, select.innerHTML]);
}

/**
 * Highlights the chosen option: no script is told which one the pointer or the keys have highlighted before it is chosen.
 * @param {any} select
 * @returns {any} the list, or undefined where nothing of the `select` is shown
 */
function layList(select) {
  const { ownerDocument: document } = select;
  const box = select.getBoundingClientRect();
  if (!document.documentElement || box.width === 0) return undefined;
  const style = document.defaultView.getComputedStyle(select);
  const list = document.createElement("lk-over");
  list.setAttribute("lk-list", "");
  const { backgroundColor: color, direction } = style;
  // A list is never seen through.
  Object.assign(list.style, { direction, background: `linear-gradient(${color}, ${color}), Canvas` });
  addRows(list, select, false);
  Object.assign(list.style, { left: `${box.left}px`, minWidth: `${box.width}px`, maxHeight: `${mostRows * rowHeight + 2}px` });
  layOver(list, document);
  const height = list.offsetHeight;
  const isBelow = box.bottom + height <= document.defaultView.innerHeight || box.top < height;
  list.style.top = `${isBelow ? box.bottom : box.top - height}px`;
  const lit = list.querySelector("[lk-lit]");
  if (lit) list.scrollTop = lit.offsetTop + lit.offsetHeight - list.clientHeight;
  return list;
}

/**
 * @param {any} list
 * @param {any} owner a `select` or a group in it
 * @param {boolean} isInGroup
 */
function addRows(list, owner, isInGroup) {
  for (const item of owner.children) {
    if (list.childElementCount >= mostOptions) return;
    const style = item.ownerDocument.defaultView.getComputedStyle(item);
    if (style.display === "none") continue;
    if (item.localName === "optgroup" && !isInGroup) {
      addRow(list, item, style, item.label).setAttribute("lk-group", "");
      addRows(list, item, true);
    } else if (item.localName === "option") {
      const row = addRow(list, item, style, item.label);
      row.toggleAttribute("lk-in-group", isInGroup);
      row.toggleAttribute("lk-lit", item.selected);
      row.toggleAttribute("lk-off", item.matches(":disabled"));
    } else if (item.localName === "hr") list.append(item.ownerDocument.createElement("lk-line"));
  }
}

/**
 * @param {any} list
 * @param {any} item
 * @param {CSSStyleDeclaration} style
 * @param {string} text
 */
function addRow(list, item, style, text) {
  const row = item.ownerDocument.createElement("lk-row");
  row.textContent = text;
  for (const name of shown) row.style.setProperty(name, style.getPropertyValue(name));
  row.style.fontSize = `${Math.floor(parseFloat(style.fontSize))}px`;
  list.append(row);
  return row;
}
