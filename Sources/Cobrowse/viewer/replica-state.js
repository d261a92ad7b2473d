import { State } from "../shared/ops.js";
import { clipOf, clipPath, layOver } from "./replica-highlights.js";
import { SelectList } from "./replica-select-list.js";

const dots = "••••••";
const partStyle = ["all: initial", "position: fixed", "inset: 0", "z-index: 2147483647", "will-change: transform", "pointer-events: none"]
  .map((declaration) => `${declaration} !important;`).join(" ");
const mostFiles = 100;

/** States of the replica's elements that are no attributes: what fields hold, focus, pointer, top layer, scroll. */
export class ReplicaState {
  /** @param {import("./replica.js").ReplicaParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {Map<string, Set<any>>} */
    this.marked = new Map();
    /** Places to scroll to that could not be reached yet. @type {Map<any, [x: number, y: number]>} */
    this.scrolls = new Map();
    /** @type {Map<any, () => void>} */
    this.late = new Map();
    /** What is laid over a control under the pointer. @type {any} */
    this.outlined = undefined;
    this.selectList = new SelectList();
  }

  clear() {
    this.marked.clear();
    this.scrolls.clear();
    this.late.clear();
    this.outlined = undefined;
    this.selectList.clear();
  }

  /** @param {any} node */
  drop(node) {
    this.scrolls.delete(node);
    this.late.delete(node);
    this.selectList.note(node, false);
    for (const set of this.marked.values()) set.delete(node);
  }

  /**
   * @param {any} field
   * @param {number} form
   * @param {string} text
   */
  value(field, form, text) {
    this.late.set(field, () => setValue(field, form, text));
  }

  /** Sets what can be set only once all nodes are in place. */
  settle() {
    for (const step of this.late.values()) step();
    this.late.clear();
    // What is under the pointer may have got another style.
    const hovered = [...(this.marked.get("lk-hover") ?? [])].filter((node) => isControl(node) && node.type !== "range");
    for (const node of hovered) node.toggleAttribute("lk-native", isNative(node));
    for (const [node, place] of this.scrolls) if (scrollTo(node, place)) this.scrolls.delete(node);
    this.outline(hovered.find((node) => node.hasAttribute("lk-native") && hasOutline(node)));
  }

  /**
   * Draws the border that a control has under the pointer, where the outline that stands for it elsewhere is the page's own.
   * @param {any} control
   */
  outline(control) {
    this.outlined?.remove();
    this.outlined = undefined;
    const clip = control && clipOf(control);
    if (clip === undefined) return;
    const { left, top, right, bottom } = control.getBoundingClientRect();
    this.outlined = control.ownerDocument.createElement("lk-over");
    Object.assign(this.outlined.style, {
      left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px`, boxSizing: "border-box",
      border: "1px solid #4f4f4f", clipPath: clipPath({ left, top, right, bottom }, clip),
    });
    layOver(this.outlined, control.ownerDocument);
  }

  /**
   * Marks an element and what it is in, and nothing else.
   * @param {string} name
   * @param {any} element
   * @param {boolean} withAncestors
   */
  mark(name, element, withAncestors) {
    const before = this.marked.get(name) ?? new Set();
    const now = new Set(withAncestors ? chain(element) : element ? [element] : []);
    for (const node of before) if (!now.has(node)) {
      node.removeAttribute(name);
      if (name === "lk-hover") node.removeAttribute("lk-native");
      if (name === "lk-active") node.removeAttribute("lk-pressed");
    }
    for (const node of now) if (!before.has(node)) {
      node.setAttribute(name, "");
      if (name === "lk-hover") node.toggleAttribute("lk-native", isNative(node));
      if (name === "lk-active") node.toggleAttribute("lk-pressed", isRaised(node));
    }
    this.marked.set(name, now);
  }

  /**
   * @param {any} element
   * @param {number} bits
   * @param {string} names
   */
  state(element, bits, names) {
    toggle(element, "lk-undefined", bits & State.undefined);
    toggle(element, "lk-user-invalid", bits & State.userInvalid);
    toggle(element, "lk-autofill", bits & State.autofill);
    toggle(element, "lk-target", bits & State.target);
    toggle(element, "lk-disabled", bits & State.disabled);
    toggle(element, "lk-valid", bits & State.valid);
    if (element.setCustomValidity) element.setCustomValidity(bits & State.invalid ? " " : "");
    else toggle(element, "lk-invalid", bits & State.invalid);
    if (names === "") element.removeAttribute("lk-state");
    else element.setAttribute("lk-state", names);
    if (bits & (State.modal | State.fullscreen | State.popover)) partTopLayer(element.ownerDocument);
    toggle(element, "lk-open", bits & State.open);
    this.selectList.note(element, (bits & State.open) !== 0);
    setModal(element, (bits & State.modal) !== 0);
    setFullscreen(element, (bits & State.fullscreen) !== 0);
    if (!element.hasAttribute("lk-fullscreen")) setPopover(element, (bits & State.popover) !== 0);
  }

  /**
   * @param {any} node
   * @param {number} x
   * @param {number} y
   */
  scroll(node, x, y) {
    this.scrolls.set(node, [x, y]);
  }
}

/**
 * @param {any} element
 * @param {string} name
 * @param {number} on
 */
function toggle(element, name, on) {
  if (on !== 0) element.setAttribute(name, "");
  else if (element.hasAttribute(name)) element.removeAttribute(name);
}

/**
 * @param {any} element
 * @returns {boolean} whether it is a control that looks as the browser draws it, which changes under the pointer
 */
function isNative(element) {
  if (!isControl(element) || element.matches(":disabled")) return false;
  const style = element.ownerDocument.defaultView?.getComputedStyle(element);
  if (!style || style.appearance === "none") return false;
  if (element.type === "range") return showPart(element) && /^(auto|rgb\(0, 92, 200\))$/.test(style.accentColor) && !element.list && element.clientWidth > element.clientHeight;
  // A background of its own takes a control's native look away, but not its border.
  if (!/^rgb\((239|255|107|59), \1, \1\)$/.test(style.backgroundColor) || style.backgroundImage !== "none") return false;
  const border = `${style.borderTopStyle} ${style.borderTopWidth}`;
  return /^(in|out)set 2px$/.test(border) || (border === "solid 1px" && style.borderTopColor === "rgb(118, 118, 118)");
}

/** @param {any} control @returns {boolean} whether it has another outline than the one that stands for its border */
function hasOutline(control) {
  const { outlineStyle, outlineColor } = control.ownerDocument.defaultView.getComputedStyle(control);
  return outlineStyle !== "auto" && !(outlineStyle === "solid" && /^rgb\((79|82|138), \1, \1\)$/.test(outlineColor));
}

/** @param {any} element @returns {boolean} whether it is a button with the border that browsers give those without a native look */
function isRaised(element) {
  if (!/^(button|input)$/.test(element.localName) || element.matches(":disabled") || isNative(element)) return false;
  return element.ownerDocument.defaultView?.getComputedStyle(element).borderTopStyle === "outset";
}

/** @param {any} element */
function isControl(element) {
  return /^(input|textarea|select|button)$/.test(element.localName);
}

/** @param {any} slider that says for its style how far along it stands */
function showPart(slider) {
  const least = Number(slider.min);
  const most = Number(slider.max === "" ? 100 : slider.max);
  slider.style.setProperty("--lk-part", String(most > least ? (Number(slider.value) - least) / (most - least) : 0));
  return true;
}

/** @param {any} element @returns {any[]} it and what it is in, through slots, shadow roots and frames */
function chain(element) {
  const result = [];
  let node = element;
  while (node) {
    if (node.nodeType === 1) result.push(node);
    node = node.assignedSlot ?? node.parentNode ?? node.host ?? node.defaultView?.frameElement;
    if (node?.sandbox && node.ownerDocument === globalThis.document) break;
  }
  return result;
}

/**
 * @param {any} field
 * @param {number} form
 * @param {string} text
 */
function setValue(field, form, text) {
  if (form === 1) {
    field.checked = (Number(text) & 1) !== 0;
    field.indeterminate = (Number(text) & 2) !== 0;
  } else if (form === 2) setChoices(field, text);
  else if (form === 3) setMasked(field, text === "1");
  else if (field.localName === "textarea" || field.localName === "input") {
    try {
      if (field.type === "file") setFiles(field, text);
      else if (field.value !== text) field.value = text;
      if (field.hasAttribute("lk-native") && field.type === "range") showPart(field);
    } catch {
      return;
    }
  }
}

/**
 * @param {any} field
 * @param {string} names of the files that were chosen, a slash between two; of several only how many there are
 */
function setFiles(field, names) {
  const chosen = new DataTransfer();
  for (const name of names === "" ? [] : names.split("/", mostFiles)) chosen.items.add(new File([], name));
  field.files = chosen.files;
}

/**
 * @param {any} select
 * @param {string} text
 */
function setChoices(select, text) {
  if (select.localName !== "select") return;
  if (!select.multiple) select.selectedIndex = Number(text);
  else {
    const chosen = new Set(text.split(",").map(Number));
    for (const [index, option] of [...select.options].entries()) option.selected = text !== "" && chosen.has(index);
  }
}

/**
 * @param {any} field
 * @param {boolean} isFilled
 */
function setMasked(field, isFilled) {
  if (field.localName === "select") {
    const option = field.ownerDocument.createElement("option");
    option.textContent = isFilled ? dots : "";
    field.replaceChildren(option);
  } else if (field.localName === "textarea") field.value = isFilled ? dots : "";
  else if (field.localName === "input" && field.type !== "file") {
    if (isFilled && /^(number|email|url)$/.test(field.type)) field.type = "text";
    if (/^(text|search|tel|password)$/.test(field.type)) field.value = isFilled ? dots : "";
  }
}

/**
 * Has the browser draw the top layer apart from the page, as it does in a window: it blends colours in the same order then,
 * and rounds them alike. In a frame that cannot be scrolled it draws both in one.
 * @param {Document} document
 */
function partTopLayer(document) {
  const { documentElement: root, defaultView } = document;
  if (!root || defaultView?.frameElement?.ownerDocument !== globalThis.document) return;
  if ([...root.children].some((element) => element.localName === "lk-part")) return;
  const part = document.createElement("lk-part");
  // Inline and important: rules for all elements of a page must not show it.
  part.style.cssText = partStyle;
  root.append(part);
}

/** @param {any} dialog that is shown without the focus, which would leave the viewer's own page too */
function showModal(dialog) {
  const { inert } = dialog;
  dialog.inert = true;
  try {
    dialog.showModal();
  } finally {
    dialog.inert = inert;
  }
}

/**
 * @param {any} element
 * @param {boolean} on
 */
function setModal(element, on) {
  if (element.localName !== "dialog") return;
  try {
    const isModal = element.matches(":modal");
    if (on && !isModal && element.isConnected) {
      element.removeAttribute("open");
      showModal(element);
    } else if (!on && isModal) {
      const wasOpen = element.hasAttribute("open");
      element.setAttribute("open", ""); // without it, closing leaves the dialog in the top layer
      element.close();
      if (wasOpen) element.setAttribute("open", "");
    }
  } catch {
    return;
  }
}

/**
 * @param {any} element
 * @param {boolean} on
 */
function setPopover(element, on) {
  if (!element.hasAttribute("popover") || element.matches(":popover-open") === on) return;
  try {
    if (on) {
      element.setAttribute("popover", "manual");
      element.showPopover();
    } else element.hidePopover();
  } catch {
    return;
  }
}

/**
 * Shows an element as if it were in full screen: as a popover, which is above all else too.
 * @param {any} element
 * @param {boolean} on
 */
function setFullscreen(element, on) {
  if (element.hasAttribute("lk-fullscreen") === on) return;
  element.toggleAttribute("lk-fullscreen", on);
  if (typeof element.showPopover !== "function" || element.matches(":modal")) return;
  if (on && element.hasAttribute("popover")) element.hidePopover();
  else if (on) element.setAttribute("popover", "lk");
  try {
    if (on) element.showPopover();
    else element.hidePopover();
  } catch {
    return;
  } finally {
    if (!on && element.getAttribute("popover") === "lk") element.removeAttribute("popover");
  }
}

/**
 * @param {any} node
 * @param {[x: number, y: number]} place
 * @returns {boolean} whether it is there now
 */
function scrollTo(node, [x, y]) {
  const box = node.nodeType === 9 ? node.scrollingElement ?? node.documentElement : node;
  if (!box?.scrollTo) return true;
  box.scrollTo({ left: x, top: y, behavior: "instant" });
  return Math.abs(box.scrollTop - y) < 1 && Math.abs(box.scrollLeft - x) < 1;
}
