import { describeField, isSensitive } from "./mask-fields.js";

/** What stands for a masked text, whatever its length. */
export const placeholder = "••••••";

/** @typedef {{selectors?: string[], unmask?: string[], everything?: boolean}} MaskPolicy */

/** Decides which elements are masked. A region's mark holds for all that is in it, until another mark. */
export class Mask {
  /**
   * @param {import("./capture-platform.js").Platform} platform
   * @param {MaskPolicy} policy
   * @param {(message: string) => void} report
   */
  constructor(platform, policy, report) {
    this.platform = platform;
    /** Elements known to the other side that are masked. @type {WeakSet<Element>} */
    this.masked = new WeakSet();
    /** Fields that have been sensitive once stay so. @type {WeakSet<Element>} */
    this.sensitive = new WeakSet();
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
    const wrong = (policy.selectors ?? []).filter((selector) => !check(selector));
    if (wrong.length > 0) {
      this.everything = true;
      report(`Everything is masked: these selectors are not valid: ${wrong.join(" ")}`);
    }
    const marks = ["[data-latchkey-mask]", ...(policy.selectors ?? []).filter(check)];
    const unmarks = ["[data-latchkey-unmask]", ...(policy.unmask ?? []).filter(check)];
    this.maskSelector = marks.join(",");
    this.unmaskSelector = unmarks.join(",");
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
   * Looks for marks that are new or gone before changes are written. What they are about is written anew.
   * @param {import("./capture.js").CaptureParts} parts
   */
  refresh(parts) {
    const { changes, roots } = parts;
    if (changes.size === 0) return;
    const { marked, unmarked } = this;
    this.forget();
    for (const root of roots.roots) this.survey(root);
    for (const [before, now] of [[marked, this.marked], [unmarked, this.unmarked]]) {
      for (const element of before) if (!now.has(element)) changes.rewrite(element);
      for (const element of now) if (!before.has(element)) changes.rewrite(element);
    }
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
    if (!isSensitive(describeField(field))) return false;
    this.sensitive.add(field);
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
      if (current.nodeType === 1) return this.masked.has(current) || this.sensitive.has(current);
      current = platform.parentNode(current) ?? current.host ?? current.defaultView?.frameElement;
    }
    return this.everything;
  }
}
