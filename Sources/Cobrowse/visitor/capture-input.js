/** Clicks and keys as the page's own scripts expect them: the events in their order, then what a browser does by itself. */

const focusable =
  "a[href], area[href], button:enabled, input:enabled:not([type=hidden]), select:enabled, textarea:enabled, iframe, summary, " +
  "[tabindex], [contenteditable]:not([contenteditable=false])";

/**
 * @param {any} element
 * @param {number} x  in its own window
 * @param {number} y
 * @param {number} button  as in `MouseEvent`
 * @param {number} count
 */
export function click(element, x, y, button, count) {
  const view = element.ownerDocument.defaultView;
  /** @param {string} name @param {string} type @param {object} more */
  const send = (name, type, more = {}) =>
    element.dispatchEvent(
      new view[type](name, {
        bubbles: true, cancelable: true, composed: true, view, clientX: x, clientY: y, detail: count, button, pointerId: 1,
        pointerType: "mouse", isPrimary: true, ...more,
      }),
    );
  const buttons = [1, 4, 2][button];
  send("pointermove", "PointerEvent", { button: -1 });
  send("mousemove", "MouseEvent", { button: 0 });
  send("pointerdown", "PointerEvent", { buttons });
  if (send("mousedown", "MouseEvent", { buttons })) focus(element);
  send("pointerup", "PointerEvent");
  send("mouseup", "MouseEvent");
  if (button === 2) send("contextmenu", "PointerEvent");
  else send(button === 0 ? "click" : "auxclick", "PointerEvent");
  if (button === 0 && count === 2) send("dblclick", "MouseEvent");
}

/** @param {any} element  what was pressed: the nearest part of the page that takes the focus gets it */
function focus(element) {
  let target = element;
  while (target && !target.matches?.(focusable)) target = target.parentElement ?? target.getRootNode().host;
  if (target) target.focus({ preventScroll: true });
  else element.ownerDocument.activeElement?.blur?.();
}

/**
 * Puts text in where the caret is, as typing would.
 *
 * @param {any} element
 * @param {string} text
 */
export function putIn(element, text) {
  if (!isEditable(element)) return key(element, text, () => undefined);
  key(element, [...text].length === 1 ? text : "Unidentified", () => edit(element, "insertText", text));
}

/** @param {any} element */
function isEditable(element) {
  if (element.isContentEditable) return true;
  const isText = element.localName === "textarea" || (element.localName === "input" && !/^(checkbox|radio|button|submit|reset|image|file|color|range|hidden)$/.test(element.type));
  return isText && !element.readOnly && !element.disabled;
}

/**
 * @param {any} element
 * @param {string} command  `insertText`, `delete` or `forwardDelete`
 * @param {string} [text]
 */
function edit(element, command, text = "") {
  const { ownerDocument } = element;
  if (ownerDocument.execCommand(command, false, text) || element.isContentEditable) return;
  // Fields for which a browser has no such command: at the end, by the platform's own setter.
  const { value } = element;
  const prototype = Object.getPrototypeOf(element);
  const now = command === "insertText" ? value + text : value.slice(0, -1);
  Object.getOwnPropertyDescriptor(prototype, "value")?.set?.call(element, now);
  element.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true, inputType: command, data: text }));
}

/**
 * @param {any} element
 * @param {string} name
 * @param {() => void} act  is left out where the page prevents it
 */
function key(element, name, act) {
  const view = element.ownerDocument.defaultView;
  const send = (/** @type {string} */ type) =>
    element.dispatchEvent(new view.KeyboardEvent(type, { key: name, bubbles: true, cancelable: true, composed: true, view }));
  if (send("keydown")) act();
  send("keyup");
}

/**
 * @param {any} element  what has the focus
 * @param {string} name
 */
export function press(element, name) {
  key(element, name, () => {
    if (name === "Enter") enter(element);
    else if (name === "Backspace" || name === "Delete") {
      if (isEditable(element)) edit(element, name === "Delete" ? "forwardDelete" : "delete");
    } else if (name === "Tab") tab(element);
    else if (name === "Escape") escape(element.ownerDocument);
    else move(element, name);
  });
}

/** @param {any} element */
function enter(element) {
  if (element.localName === "textarea" || element.isContentEditable) return edit(element, "insertText", "\n");
  if (element.localName !== "input" || /^(button|submit|reset|image|checkbox|radio)$/.test(element.type)) return element.click?.();
  changed(element);
  const { form } = element;
  const submitter = form && [...form.elements].find((one) => /^(submit|image)$/.test(one.type));
  if (submitter) submitter.click();
  else if (form && [...form.elements].filter(isEditable).length === 1) form.requestSubmit();
}

/** @param {any} element */
function changed(element) {
  element.dispatchEvent(new Event("change", { bubbles: true }));
}

/** @param {any} element */
function tab(element) {
  const all = [...element.ownerDocument.querySelectorAll(focusable)].filter(
    (one) => one.tabIndex >= 0 && one.checkVisibility?.() !== false && !one.closest("[inert], [data-latchkey-ui]"),
  );
  all[(all.indexOf(element) + 1) % all.length]?.focus();
}

/** @param {any} document */
function escape(document) {
  const dialog = [...document.querySelectorAll("dialog:modal:not([data-latchkey-ui] *)")].pop();
  if (dialog?.dispatchEvent(new Event("cancel", { cancelable: true }))) dialog.close();
}

/** @param {any} element @param {string} name */
function move(element, name) {
  const forward = name === "ArrowRight" || name === "ArrowDown" || name === "End";
  if (element.localName === "select") {
    const last = element.options.length - 1;
    const next = name === "Home" ? 0 : name === "End" ? last : element.selectedIndex + (forward ? 1 : -1);
    element.selectedIndex = Math.max(0, Math.min(last, next));
    element.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
    changed(element);
    return;
  }
  element.ownerDocument.defaultView.getSelection()?.modify?.(
    "move", forward ? "forward" : "backward", name === "Home" || name === "End" ? "lineboundary" : /Up|Down/.test(name) ? "line" : "character",
  );
}
