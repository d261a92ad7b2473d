import { outer } from "./mask-base.js";
import { describeField, isSensitive } from "./mask-fields.js";

const mostPasswords = 500;

/** @typedef {{selectors?: string[], unmask?: string[], everything?: boolean}} MaskPolicy */

/** Decides which elements are masked. A region's mark holds for all that is in it, until another mark. */
export class Mask {
  /**
   * @param {import("./capture-platform.js").Platform} platform
   * @param {import("./mask-secrets.js").Secrets} secrets
   * @param {MaskPolicy} policy
   * @param {(message: string) => void} report
   */
  constructor(platform, secrets, policy, report) {
    this.platform = platform;
    this.secrets = secrets;
    /** Elements known to the other side that are masked. @type {WeakSet<Element>} */
    this.masked = new WeakSet();
    /** Fields that have been sensitive once stay so. @type {WeakSet<Element>} */
    this.sensitive = new WeakSet();
    /** By what copies of password fields are known, when they show what they hold. @type {Set<string>} */
    this.passwords = new Set();
    /** @type {Set<any>} */
    this.marked = new Set();
    /** @type {Set<any>} */
    this.unmarked = new Set();
    this.policy = policy;
    this.everything = false;
    this.maskSelector = "";
    this.unmaskSelector = "";
    this.setPolicy(policy, report);
  }

  /**
   * @param {MaskPolicy} policy
   * @param {(message: string) => void} report
   */
  setPolicy(policy, report) {
    this.policy = { selectors: policy.selectors ?? [], unmask: policy.unmask ?? [], everything: policy.everything === true };
    this.everything = policy.everything === true;
    const check = (/** @type {string} */ selector) => {
      try {
        this.platform.window.document.createElement("a").matches(selector);
        return true;
      } catch {
        return false;
      }
    };
    // No methods of arrays here: a page that has replaced them could take masks away.
    this.maskSelector = "[data-latchkey-mask]";
    this.unmaskSelector = "[data-latchkey-unmask]";
    for (const selector of policy.selectors ?? []) {
      if (check(selector)) {
        this.maskSelector += `,${selector}`;
        continue;
      }
      this.everything = true;
      report(`Everything is masked: this selector is not valid: ${selector}`);
    }
    for (const selector of policy.unmask ?? []) if (check(selector)) this.unmaskSelector += `,${selector}`;
    this.masked = new WeakSet();
  }

  /**
   * Finds the marks in a document or a shadow root. Done before anything in it is written.
   * @param {any} root
   */
  survey(root) {
    for (const element of this.platform.all(root, this.maskSelector)) this.marked.add(element);
    for (const element of this.platform.all(root, this.unmaskSelector)) this.unmarked.add(element);
  }

  /**
   * Looks for marks that are new or gone before changes are written.
   * @param {import("./capture.js").CaptureParts} parts
   * @returns {boolean} whether something that the other side has is to be masked from now on, or no longer
   */
  refresh(parts) {
    const { changes, cssMask, roots } = parts;
    if (changes.size === 0) return false;
    const { marked, unmarked } = this;
    this.forget();
    for (const root of roots.roots) this.survey(root);
    cssMask.isStale = true;
    for (const element of new Set([...marked, ...unmarked, ...this.marked, ...this.unmarked])) {
      const isMarked = this.marked.has(element);
      if (isMarked === marked.has(element) && this.unmarked.has(element) === unmarked.has(element)) continue;
      if (isMarked) cssMask.isGrown = true;
      if (this.platform.isConnected(element) && this.isShownWrong(parts, element)) return true;
    }
    return false;
  }

  /**
   * @param {import("./capture.js").CaptureParts} parts
   * @param {any} element
   * @returns {boolean} whether the other side has it, and with or without a mask against what the marks say now
   */
  isShownWrong({ ids, writer }, element) {
    let known = element;
    while (known && ids.of(known) === 0) known = outer(this.platform, known);
    if (!known || (known !== element && !writer.collapsed.has(known))) return false;
    return this.masked.has(known) !== this.isWithin(element);
  }

  /** @returns {boolean} whether anything is masked by a mark or a setting */
  get hasMarks() {
    return this.everything || this.marked.size > 0;
  }

  /** Forgets what the other side has. */
  clear() {
    this.masked = new WeakSet();
    this.forget();
  }

  /** Forgets the marks that were found. */
  forget() {
    this.marked = new Set();
    this.unmarked = new Set();
  }

  /**
   * @param {any} element
   * @param {boolean} inherited whether what it is in is masked
   * @returns {boolean}
   */
  decide(element, inherited) {
    if (this.marked.size > 0 && this.marked.has(element)) return true;
    if (inherited && this.unmarked.size > 0 && this.unmarked.has(element)) return false;
    return inherited;
  }

  /**
   * @param {any} field an `input`, `textarea` or `select`
   * @returns {boolean}
   */
  isSensitiveField(field) {
    if (this.sensitive.has(field)) return true;
    const description = describeField(field);
    const keys = keysOf(field);
    const isBare = keys.length === 0 && this.secrets.holds(field.value);
    if (!isBare && !isSensitive(description) && !keys.some((key) => this.passwords.has(key))) return false;
    this.sensitive.add(field);
    if (description.type === "password" && this.passwords.size < mostPasswords) for (const key of keys) this.passwords.add(key);
    return true;
  }

  /**
   * @param {any} node
   * @returns {boolean} whether a node that the other side knows is masked, itself or what it is in
   */
  covers(node) {
    const { platform } = this;
    let current = node;
    while (current !== null && current !== undefined) {
      if (platform.nodeType(current) === 1) return this.masked.has(current) || this.sensitive.has(current);
      current = outer(platform, current);
    }
    return this.everything;
  }

  /**
   * @param {any} node
   * @param {boolean} [otherwise] what holds where nothing is marked
   * @returns {boolean} whether the marks of the page, as they are now, mask a node
   */
  isWithin(node, otherwise = this.everything) {
    for (let current = node; current; current = outer(this.platform, current)) {
      if (this.marked.has(current)) return true;
      if (this.unmarked.has(current)) return false;
    }
    return otherwise;
  }
}

/**
 * @param {any} field
 * @returns {string[]} its name and its number in the page, or what else its attributes say
 */
function keysOf(field) {
  const named = ["name", "id"].filter((name) => field.getAttribute(name)).map((name) => `${name}=${field.getAttribute(name)}`);
  if (named.length > 0) return named;
  const rest = field.getAttributeNames().filter((/** @type {string} */ name) => !/^(type|value|style|class)$/.test(name));
  return rest.length === 0 ? [] : [rest.map((/** @type {string} */ name) => `${name}=${field.getAttribute(name)}`).sort().join(" ")];
}
