import { Op } from "../shared/ops.js";

/** How a field's state is written. */
const Form = Object.freeze({ text: 0, checks: 1, choices: 2, masked: 3 });

/** What the fields hold, which no attribute tells. */
export class Forms {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** Fields with their state as it was sent. @type {Map<any, string | undefined>} */
    this.fields = new Map();
  }

  clear() {
    this.fields.clear();
  }

  /** @param {any} field */
  add(field) {
    this.fields.set(field, undefined);
    this.parts.elements.add(field);
  }

  /** @param {any} field */
  remove(field) {
    this.fields.delete(field);
  }

  /**
   * Finds the sensitive fields of a document or a shadow root, and learns what they hold before anything in it is written.
   * @param {any} root
   */
  survey(root) {
    const { mask, platform, secrets } = this.parts;
    for (const field of platform.all(root, "input,textarea,select")) {
      if (mask.isSensitiveField(field)) secrets.note(field, content(field));
    }
  }

  /** Learns what sensitive fields hold before anything else is written. */
  learn() {
    for (const field of this.fields.keys()) {
      if (this.parts.mask.sensitive.has(field)) this.parts.secrets.note(field, content(field));
    }
  }

  /** @param {import("../shared/byte-writer.js").ByteWriter} out */
  write(out) {
    for (const [field, sent] of this.fields) {
      let state = this.state(field);
      if (state === sent) continue;
      // Its label may be new: that is looked at before a value leaves.
      if (sent !== undefined && state[0] !== "3" && this.parts.mask.isSensitiveField(field)) {
        this.parts.takeBack();
        state = this.state(field);
      }
      this.fields.set(field, state);
      const id = this.parts.ids.of(field);
      if (id === 0) this.fields.delete(field);
      else if (sent !== undefined || !isUsual(state)) writeState(out, id, state);
    }
  }

  /**
   * @param {any} field
   * @returns {string} how it is written, then what it holds
   */
  state(field) {
    const masked = this.parts.mask.masked.has(field) || this.parts.mask.sensitive.has(field);
    if (masked) return `${Form.masked}${isFilled(field) ? 1 : 0}`;
    if (field.localName === "select") return `${Form.choices}${selected(field)}`;
    if (field.localName === "input") {
      const { type } = field;
      if (type === "checkbox" || type === "radio") {
        return `${Form.checks}${(field.checked ? 1 : 0) | (field.indeterminate ? 2 : 0)}`;
      }
      if (type === "hidden") return `${Form.text}`;
    }
    // Of several files only their number is on the page.
    const text = field.files?.[1] ? "/".repeat(Math.min(field.files.length, 100) - 1) : content(field);
    return `${Form.text}${this.parts.secrets.size > 0 ? this.parts.secrets.hide(text) : text}`;
  }
}

/** @param {any} field @returns {string} what it shows; for files the name of the first one */
function content(field) {
  return field.files ? field.files[0]?.name ?? "" : field.value;
}

/** @param {any} field */
function isFilled(field) {
  if (field.localName === "input" && !/^(text|tel|email|url|search|number|password)$/.test(field.type)) return false;
  return field.value !== "";
}

/** @param {any} select */
function selected(select) {
  const indexes = [];
  const { options } = select;
  if (!select.multiple) return String(select.selectedIndex);
  for (let index = 0; index < options.length; index++) if (options[index].selected) indexes.push(index);
  return indexes.join(",");
}

/** @param {string} state */
function isUsual(state) {
  return state === "0" || state === "10" || state === "30";
}

/**
 * @param {import("../shared/byte-writer.js").ByteWriter} out
 * @param {number} id
 * @param {string} state
 */
function writeState(out, id, state) {
  out.byte(Op.value);
  out.number(id);
  out.byte(Number(state[0]));
  out.text(state.slice(1));
}
