import { placeholder } from "./mask-base.js";

const shortest = 6;
const shortestCopied = 3;
const kept = 4;
const mostKept = 64;

/** What sensitive fields hold and have held: it is hidden wherever else on the page it turns up. */
export class Secrets {
  constructor() {
    /** @type {Set<string>} */
    this.values = new Set();
    /** The last values of each field. @type {WeakMap<any, string[]>} */
    this.recent = new WeakMap();
    /** How many there have been. */
    this.count = 0;
  }

  get size() {
    return this.values.size;
  }

  /**
   * @param {any} field
   * @param {string} value
   */
  note(field, value) {
    const compact = squeeze(value);
    if (compact.length < shortestCopied || this.values.has(compact)) return;
    const recent = this.recent.get(field) ?? [];
    recent.push(compact);
    if (recent.length > kept) this.values.delete(recent.shift() ?? "");
    this.recent.set(field, recent);
    this.values.add(compact);
    if (this.values.size > mostKept) this.values.delete(this.values.values().next().value ?? "");
    this.count++;
  }

  /**
   * @param {string} value
   * @returns {boolean} whether a sensitive field held just that
   */
  holds(value) {
    return this.values.has(squeeze(value));
  }

  /**
   * @param {string} text
   * @returns {string} the text, or what stands for it if a secret is in it
   */
  hide(text) {
    if (text.length < shortest) return text;
    const compact = squeeze(text);
    for (const value of this.values) if (value.length >= shortest && compact.includes(value)) return placeholder;
    return text;
  }
}

/** @param {string} text */
function squeeze(text) {
  return text.replace(/[\s\-–./]+/g, "");
}
