/** What decides where a declaration begins and ends. None of them can be read in two ways. */
const token = /\\[^]|"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'|\/\*[^]*?(?:\*\/|$)|url\(\s*(?:[^"'\s)\\]|\\[^])(?:[^)\\]|\\[^])*(?:\)|$)|[(){};]/gi;
const declaration = /^(\s*)(?!--)([-\w]+\s*:)/;
const mark = /--latchkey-\d+-/g;
/** More characters than this are not read again. */
const longest = 2_000_000;
/** A declaration that says nothing: custom properties may, no others. */
const lost = /\s-?\w[\w-]*: ( ?!important)?;/;
/** Texts and addresses. */
const telling = /"((?:[^"\\]|\\[^])*)"|'((?:[^'\\]|\\[^])*)'|url\(\s*([^"'\s)][^)]*)\)/gi;
const declared = /[{;]\s*[-\w]+\s*:([^;{}]*)/g;
const word = /[\p{L}\p{N}_-]+/gu;

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

  clear() {}

  /**
   * @param {any} rule at the top of its sheet
   * @param {string} text of it, as far as it may be shown
   * @returns {string}
   */
  text(rule, text) {
    if (!lost.test(text)) return text;
    const sheet = rule.parentStyleSheet;
    this.add(sheet);
    const whole = this.known.get(sheet)?.get(text);
    if (whole === undefined || text !== rule.cssText) return text;
    return this.parts.mask.hasMarks && tellsMore(whole, text) ? text : whole;
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
    if (![...sheets.rules(sheet)].some((rule) => lost.test(rule.cssText))) return;
    const text = await this.source(sheet);
    const known = /** @type {Map<string, string>} */ (this.known.get(sheet));
    if (text.length > longest) return;
    const scratch = new platform.window.CSSStyleSheet();
    const read = (/** @type {string} */ source) => {
      scratch.replaceSync(source);
      return [...scratch.cssRules].map((rule) => rule.cssText);
    };
    const plain = read(text);
    const marked = read(markedText(text));
    if (plain.length !== marked.length) return;
    for (const [index, said] of plain.entries()) {
      const whole = marked[index].replace(mark, "");
      // Read again, it has to say the same.
      if (lost.test(said) && read(whole)[0] === said) known.set(said, whole);
    }
    for (const rule of sheets.rules(sheet)) if (known.has(rule.cssText)) sheets.again.add(this.outermost(rule));
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

  /** @param {any} rule @returns {any} it, or the `@import` that stands for it on the other side */
  outermost(rule) {
    const { ownerRule } = this.parts.farSheets.original(rule.parentStyleSheet);
    return ownerRule ? this.outermost(ownerRule) : rule;
  }
}

/**
 * Marks all declarations of each block in which there is a variable, each with a number of its own. As custom properties
 * browsers keep them as they are written, and in their order. Comments in them are left out.
 * @param {string} text of a style sheet
 * @returns {string}
 */
export function markedText(text) {
  /** @type {string[]} */
  const pieces = [];
  /** @type {number[][]} the declarations of each block around */
  const blocks = [[]];
  let written = 0;
  let start = 0;
  let plain = "";
  let depth = 0;
  let count = 0;
  for (const match of text.matchAll(token)) {
    const [found] = match;
    const index = match.index ?? 0;
    if (found === "(") depth++;
    else if (found === ")") depth = Math.max(0, depth - 1);
    else if (found.startsWith("/*")) {
      plain += `${text.slice(start, index)} `;
      start = index + found.length;
    } else if (depth === 0 && /^[{};]$/.test(found)) {
      if (found !== "{") blocks.at(-1)?.push(pieces.length);
      // In a selector a comment may stand where a blank would mean something.
      pieces.push(found === "{" ? text.slice(written, index) : plain + text.slice(start, index), found);
      plain = "";
      start = index + 1;
      written = start;
      if (found === "{") blocks.push([]);
      else if (found === "}" && blocks.length > 1) {
        const inside = blocks.pop() ?? [];
        if (!inside.some((place) => /\bvar\(/i.test(pieces[place]))) continue;
        for (const place of inside) pieces[place] = pieces[place].replace(declaration, (_, space, name) => `${space}--latchkey-${count++}-${name}`);
      }
    }
  }
  return pieces.join("") + text.slice(written);
}

/**
 * @param {string} whole
 * @param {string} text
 * @returns {boolean} whether there is a text, an address, or a word of a declaration without variables in the one that is not in the other
 */
export function tellsMore(whole, text) {
  for (const [, one, two, address] of whole.matchAll(telling)) if (!text.includes((one ?? two ?? address).trim())) return true;
  const words = new Set(text.match(word));
  for (const [, value] of whole.matchAll(declared)) {
    if (!/\bvar\(/i.test(value) && (value.match(word) ?? []).some((each) => !words.has(each))) return true;
  }
  return false;
}
