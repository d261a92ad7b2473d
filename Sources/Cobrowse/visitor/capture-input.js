import { keyCodes } from "../shared/commands.js";

const focusable =
  "a[href], area[href], button:enabled, input:enabled:not([type=hidden]), select:enabled, textarea:enabled, summary, " +
  "[tabindex], [contenteditable]:not([contenteditable=false])";
const text = /^(text|search|tel|url|email|password|number)$/;
/** Fields that a browser fills in by controls of its own. */
const picked = /^(date|month|week|time|datetime-local|range|color)$/;
const isForward = /Right|Down|End/;

/** Clicks and keys as the page's own scripts expect them: the events in their order, then what a browser does by itself. */
export class AgentInput {
  /** @param {import("./capture-commands.js").VisitorCommands} commands */
  constructor(commands) {
    this.commands = commands;
    this.parts = commands.parts;
  }

  /** @returns {any} what has the focus, if the agent may type there */
  target() {
    const element = this.parts.pointer.innermost();
    if (!element || this.commands.isClosed(element)) return undefined;
    if (!element.isContentEditable) return element;
    // What is masked in it could be typed into, or deleted.
    const masked = element.querySelectorAll(this.parts.mask.maskSelector).length > 0;
    return masked ? undefined : element;
  }

  /**
   * @param {any} element
   * @param {number} x  in its own window
   * @param {number} y
   * @param {number} button  as in `MouseEvent`
   * @param {number} count
   */
  click(element, x, y, button, count) {
    const view = element.ownerDocument.defaultView;
    /** @param {string} name @param {object} more */
    const send = (name, more = {}) =>
      element.dispatchEvent(
        new view[/^mouse|dbl/.test(name) ? "MouseEvent" : "PointerEvent"](name, {
          bubbles: !/enter/.test(name), cancelable: true, composed: true, view, clientX: x, clientY: y, detail: count, button,
          pointerId: 1, pointerType: "mouse", isPrimary: true, ...more,
        }),
      );
    const pressed = { buttons: [1, 4, 2][button] };
    for (const name of ["pointerover", "pointerenter", "pointermove"]) send(name, { button: -1, detail: 0 });
    for (const name of ["mouseover", "mouseenter", "mousemove"]) send(name, { button: 0, detail: 0 });
    send("pointerdown", { ...pressed, detail: 0 });
    if (send("mousedown", pressed)) this.focus(element, x, y, count);
    send("pointerup", { detail: 0 });
    send("mouseup");
    // Its own scripts may have taken it away, or shown it to be secret.
    if (this.commands.isClosed(element)) return;
    if (button === 2) send("contextmenu");
    else if (send(button === 0 ? "click" : "auxclick") && element.localName === "option") pick(element.closest("select"), element);
    if (button === 0 && count === 2) send("dblclick");
  }

  /**
   * @param {any} element  what was pressed: the nearest part of the page that takes the focus gets it
   * @param {number} x @param {number} y @param {number} count
   */
  focus(element, x, y, count) {
    const { platform } = this.parts;
    const path = [...this.commands.path(element)];
    const taker = path.find((node) => platform.nodeType(node) === 1 && platform.matches(node, focusable));
    if (!taker) return element.ownerDocument.activeElement?.blur?.();
    if (this.commands.isClosed(taker)) return undefined;
    taker.focus({ preventScroll: true });
    return this.placeCaret(taker, x, y, count);
  }

  /** @param {any} element @param {number} x @param {number} y @param {number} count */
  placeCaret(element, x, y, count) {
    if (this.target() !== element || !isWritable(element)) return;
    const document = element.ownerDocument;
    const root = element.getRootNode();
    const place = document.caretPositionFromPoint?.(x, y, { shadowRoots: root === document ? [] : [root] });
    if (count === 3) document.execCommand("selectAll");
    else if (!place || !element.contains(place.offsetNode)) return;
    else if (element.isContentEditable) document.getSelection().collapse(place.offsetNode, place.offset);
    else if (element.selectionStart !== null) element.setSelectionRange(place.offset, place.offset);
  }

  /**
   * Types text where the caret is.
   * @param {string} said
   */
  type(said) {
    const isKey = [...said].length === 1;
    this.key(isKey ? said : "Unidentified", isKey ? said.toUpperCase().charCodeAt(0) : 0, isKey ? said.charCodeAt(0) : 0, (element) => {
      if (isWritable(element)) edit(element, "insertText", said);
      else if (element.localName === "select") pickNamed(element, said);
      else if (isPicked(element)) fill(element, said);
      else if (said === " " && element.matches("button, summary, input")) element.click();
    });
  }

  /** @param {string} name */
  press(name) {
    this.key(name, keyCodes[name], name === "Enter" ? 13 : 0, (element) => {
      if (name === "Enter") this.enter(element);
      else if (name === "Tab") this.tab(element);
      else if (name === "Escape") escape(element.ownerDocument);
      else if (name !== "Backspace" && name !== "Delete") this.move(element, name);
      else if (isWritable(element)) edit(element, name === "Delete" ? "forwardDelete" : "delete");
    });
  }

  /**
   * @param {string} key
   * @param {number} keyCode
   * @param {number} charCode  of keys that also send `keypress`
   * @param {(element: any) => void} act  is left out where the page prevents it; is given what has the focus by then
   */
  key(key, keyCode, charCode, act) {
    const element = this.target();
    if (!element) return;
    const view = element.ownerDocument.defaultView;
    const send = (/** @type {string} */ type, code = keyCode) => {
      const one = type === "keypress" ? code : 0;
      const init = { key, keyCode: code, which: code, charCode: one, bubbles: true, cancelable: true, composed: true, view };
      return element.dispatchEvent(new view.KeyboardEvent(type, init));
    };
    if (send("keydown") && (charCode === 0 || send("keypress", charCode))) {
      const now = this.target();
      if (now) act(now);
    }
    send("keyup");
  }

  /** @param {any} element */
  enter(element) {
    const { localName, type, form } = element;
    if (element.isContentEditable) return edit(element, "insertParagraph");
    if (localName === "textarea") return isWritable(element) ? edit(element, "insertText", "\n") : undefined;
    if (element.matches("a[href], area[href], button, summary, input:is([type=button], [type=submit], [type=reset], [type=image])")) {
      return element.click();
    }
    if (localName !== "input") return undefined;
    changed(element);
    return form ? this.submit(form, type) : undefined;
  }

  /** @param {any} form  is sent as by Enter in one of its fields @param {string} type  of that field */
  submit(form, type) {
    const fields = [...form.getRootNode().querySelectorAll("button, input")].filter((one) => one.form === form);
    const submitter = fields.find((one) => one.type === "submit" || one.type === "image");
    if (submitter) return this.commands.isClosed(submitter) ? undefined : submitter.click();
    const blocking = fields.filter((one) => text.test(one.type) || (picked.test(one.type) && !/range|color/.test(one.type)));
    return blocking.length <= 1 && type !== "file" ? form.requestSubmit() : undefined;
  }

  /** @param {any} element  the next one that the agent may use gets the focus */
  tab(element) {
    const document = element.ownerDocument;
    const modal = [...document.querySelectorAll("dialog:modal")].pop();
    const all = [...this.focusables(document)];
    const at = all.indexOf(element);
    all.push(...all.splice(0, at + 1));
    const next = all.find((one) => {
      if (one.tabIndex < 0 || one.checkVisibility?.() === false || this.commands.isClosed(one)) return false;
      const path = [...this.commands.path(one)];
      return (!modal || path.includes(modal)) && !path.some((each) => each.inert === true);
    });
    next?.focus();
    if (next?.localName === "input") next.select?.();
  }

  /** @param {any} root @returns {Generator<any>} what may take the focus, in shadow trees too */
  *focusables(root) {
    const { platform, roots } = this.parts;
    for (const element of platform.all(root, "*")) {
      if (platform.matches(element, focusable)) yield element;
      const shadow = roots.shadowOf(element);
      if (shadow) yield* this.focusables(shadow);
    }
  }

  /** @param {any} element @param {string} name */
  move(element, name) {
    const step = isForward.test(name) ? 1 : -1;
    const isEdge = name === "Home" || name === "End";
    if (element.localName === "select") return pickNext(element, isEdge ? -step : step, isEdge);
    if (element.type === "radio") return this.moveRadio(element, step);
    if (element.localName === "input" && /^(range|number)$/.test(element.type) && !element.readOnly && !isEdge) {
      const isUp = name === "ArrowUp" || (element.type === "range" && name === "ArrowRight");
      const isDown = name === "ArrowDown" || (element.type === "range" && name === "ArrowLeft");
      if (isUp) element.stepUp();
      if (isDown) element.stepDown();
      if (isUp || isDown) return changed(element, true);
    }
    const unit = isEdge ? "lineboundary" : /Up|Down/.test(name) ? "line" : "character";
    return element.ownerDocument.getSelection()?.modify?.("move", step > 0 ? "forward" : "backward", unit);
  }

  /** @param {any} element @param {number} step */
  moveRadio(element, step) {
    const { name, form } = element;
    const all = [...element.getRootNode().querySelectorAll("input[type=radio]:enabled")].filter((one) => one.name === name && one.form === form);
    const next = all[(all.indexOf(element) + step + all.length) % all.length];
    if (!next || next === element || this.commands.isClosed(next)) return;
    next.focus();
    next.click();
  }
}

/** @param {any} element */
function isWritable(element) {
  if (element.isContentEditable) return true;
  const isText = element.localName === "textarea" || (element.localName === "input" && text.test(element.type));
  return isText && !element.readOnly && !element.disabled;
}

/** @param {any} element */
function isPicked(element) {
  return element.localName === "input" && picked.test(element.type) && !element.readOnly && !element.disabled;
}

/**
 * What `beforeinput` calls them.
 * @type {Record<string, string>}
 */
const inputTypes = { delete: "deleteContentBackward", forwardDelete: "deleteContentForward" };

/**
 * @param {any} element
 * @param {string} command  `insertText`, `insertParagraph`, `delete` or `forwardDelete`
 * @param {string} [said]
 */
function edit(element, command, said = "") {
  const { ownerDocument } = element;
  const { InputEvent } = ownerDocument.defaultView;
  const init = { bubbles: true, cancelable: true, composed: true, inputType: inputTypes[command] ?? command, data: said || null };
  // Commands send no such event by themselves.
  if (!element.dispatchEvent(new InputEvent("beforeinput", init)) || element.getRootNode().activeElement !== element) return;
  if (ownerDocument.execCommand(command, false, said) || element.isContentEditable || element.selectionStart !== null) return;
  // Fields for which a browser has no such command: at the end.
  setValue(element, said === "" ? element.value.slice(0, -1) : element.value + said);
  element.dispatchEvent(new InputEvent("input", init));
}

/** @param {any} element  a field with controls of its own @param {string} said  counts only if it is a whole value */
function fill(element, said) {
  const trial = element.cloneNode();
  trial.value = said;
  if (trial.value !== said) return;
  setValue(element, said);
  changed(element, true);
}

/** @param {any} element @param {string} value  set as the platform does, past what frameworks put in its place */
function setValue(element, value) {
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(element), "value")?.set?.call(element, value);
}

/** @param {any} element @param {boolean} [isInput] */
function changed(element, isInput = false) {
  const { Event } = element.ownerDocument.defaultView;
  if (isInput) element.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  element.dispatchEvent(new Event("change", { bubbles: true }));
}

/** @param {any} option */
function isPickable(option) {
  return !option.disabled && !option.closest("optgroup:disabled, [hidden]");
}

/** @param {any} select @param {any} option */
function pick(select, option) {
  if (!select || select.disabled || !isPickable(option) || (option.selected && !select.multiple)) return;
  option.selected = select.multiple ? !option.selected : true;
  changed(select, true);
}

/** @param {any} select @param {number} step @param {boolean} isEdge  as far as it goes, from the other end */
function pickNext(select, step, isEdge) {
  const all = [...select.options];
  let at = isEdge ? (step > 0 ? -1 : all.length) : select.selectedIndex;
  do at += step;
  while (all[at] && !isPickable(all[at]));
  if (all[at]) pick(select, all[at]);
}

/** @param {any} select @param {string} said  what the next option begins with */
function pickNamed(select, said) {
  const all = [...select.options];
  const start = select.selectedIndex + (said.length === 1 ? 1 : 0);
  const found = [...all.slice(start), ...all.slice(0, start)].find(
    (option) => isPickable(option) && option.label.trim().toLowerCase().startsWith(said.toLowerCase()),
  );
  if (found) pick(select, found);
}

/** @param {any} document */
function escape(document) {
  const dialog = [...document.querySelectorAll("dialog:modal")].pop();
  const { Event } = document.defaultView;
  if (dialog?.dispatchEvent(new Event("cancel", { cancelable: true }))) dialog.close();
}
