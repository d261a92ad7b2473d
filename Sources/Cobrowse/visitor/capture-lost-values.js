import { isLost } from "./capture-lost.js";

/** A property whose value has a variable in it, but for custom ones. */
const declared = /(?<![\w-])(-?[a-z][\w-]*\s*:)(?=[^;{}]*\bvar\()/gi;
/** As which it is read: a custom property's value is kept as it is written. */
const mark = "--latchkey-";
const telling = /["']|url\(/i;

/**
 * What rules say where the browser has lost it: of `padding: var(--a); padding-top: 0` its other three sides are written
 * as nothing. It is read again in the text that the sheet was made of.
 */
export class LostValues {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** By sheet: what its rules say, with what they were read from. @type {WeakMap<any, Map<string, string>>} */
    this.known = new WeakMap();
  }

  /**
   * @param {any} rule at the top of its sheet
   * @param {string} text of it, as far as it may be shown
   * @returns {string}
   */
  text(rule, text) {
    if (!isLost(text)) return text;
    const sheet = rule.parentStyleSheet;
    this.add(sheet);
    const whole = this.known.get(sheet)?.get(text);
    if (whole === undefined || text !== rule.cssText) return text;
    return this.parts.mask.hasMarks && telling.test(whole) ? text : whole;
  }

  /** @param {any} sheet whose text is read, once */
  add(sheet) {
    if (sheet === null || this.known.has(sheet)) return;
    this.known.set(sheet, new Map());
    void this.learn(sheet).catch(() => {});
  }

  /** @param {any} sheet */
  async learn(sheet) {
    const { sheets, platform, schedule } = this.parts;
    const text = await this.source(sheet);
    const copy = new platform.window.CSSStyleSheet();
    copy.replaceSync(text.replace(declared, `${mark}$1`));
    const rules = [...sheets.rules(sheet)].filter((rule) => rule.type !== 3);
    // A script has changed its rules since.
    if (copy.cssRules.length !== rules.length) return;
    const known = this.known.get(sheet);
    for (const [index, rule] of rules.entries()) {
      if (!isLost(rule.cssText)) continue;
      known?.set(rule.cssText, copy.cssRules[index].cssText.replaceAll(mark, ""));
      sheets.again.add(outermost(rule));
    }
    schedule();
  }

  /**
   * @param {any} sheet
   * @returns {Promise<string>} what it was read from, nothing where only the script that made it knows
   */
  async source(sheet) {
    const { farSheets, platform } = this.parts;
    if (sheet.ownerNode && !sheet.href) return sheet.ownerNode.textContent;
    if (!sheet.href) return farSheets.texts?.get(sheet) ?? "";
    const answer = await platform.fetch(sheet.href, { cache: "force-cache", credentials: "same-origin" });
    return answer.ok ? answer.text() : "";
  }
}

/** @param {any} rule @returns {any} it, or the `@import` that stands for it on the other side */
function outermost(rule) {
  let outer = rule;
  while (outer.parentStyleSheet?.ownerRule) outer = outer.parentStyleSheet.ownerRule;
  return outer;
}
