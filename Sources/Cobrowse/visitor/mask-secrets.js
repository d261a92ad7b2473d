import { placeholder } from "./mask.js";

const shortest = 6;
const kept = 4;

/** What sensitive fields hold: it is hidden wherever else on the page it turns up. */
export class Secrets {
  constructor() {
    /** @type {Map<any, string[]>} */
    this.values = new Map();
    this.size = 0;
  }

  /**
   * @param {any} field
   * @param {string} value
   * @returns {boolean} whether it was not known yet
   */
  note(field, value) {
    const compact = squeeze(value);
    if (compact.length < shortest) return false;
    const values = this.values.get(field) ?? [];
    if (values.at(-1) === compact) return false;
    values.push(compact);
    if (values.length > kept) values.shift();
    this.values.set(field, values);
    this.size = this.values.size;
    return true;
  }

  /** @param {any} field */
  forget(field) {
    this.values.delete(field);
    this.size = this.values.size;
  }

  /**
   * @param {string} text
   * @returns {string} the text, or what stands for it if a secret is in it
   */
  hide(text) {
    if (text.length < shortest) return text;
    const compact = squeeze(text);
    for (const values of this.values.values()) {
      if (values.some((value) => compact.includes(value))) return placeholder;
    }
    return text;
  }
}

/** @param {string} text */
function squeeze(text) {
  return text.replace(/[\s\-–./]+/g, "");
}
