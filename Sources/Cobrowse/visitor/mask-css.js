import { placeholder } from "./mask-base.js";
import { maskedStyle, safeDeclaration, sentMasked } from "./snapshot-rules.js";

/**
 * How much of a rule is hidden: nothing if something open shows it; texts, addresses and what custom properties say if
 * only masked elements do; strings of more than one letter if no element does yet.
 */
const Hide = Object.freeze({ nothing: 0, words: 1, texts: 2 });

const quoted = `"(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*'`;
const string = new RegExp(quoted, "gs");
const address = new RegExp(`(?:url|src)\\(\\s*(?:${quoted}|(?:[^)\\\\"']|\\\\.)*)\\s*\\)`, "gis");
const declaration = new RegExp(`(?:${quoted}|[^;"'])+`, "gs");
const prelude = new RegExp(`^(?:${quoted}|[^{"'])*`, "s");
const attribute = new RegExp(`\\[([\\w-]+)([~|^$*]?=)(?:${quoted})`, "gs");
const telling = /["']|url\(|--/i;
/** Declarations whose strings are names that nothing on the page says. */
const named = /^\s*(font|font-family|grid-template|grid-template-areas|grid|src|font-feature-settings|font-variation-settings)\s*:/;

/** Properties that take neither a name nor a size that the content decides. */
const design = /^(color|background-color|font-(size|weight|style)|line-height|letter-spacing|text-(transform|decoration-.*)|(padding|margin|outline)-.*|border-.*|(row|column)-gap|flex-(grow|shrink)|list-style-position|box-shadow)$/;

/** What is taken out of a selector, to find what a rule is for whatever its state is. */
const states = "hover|active|focus|focus-within|focus-visible|target|checked|valid|invalid|user-invalid|placeholder-shown|open|popover-open";
const transient = new RegExp(`:not\\(:(?:${states})\\)|::[\\w-]+(?:\\([^()]*\\))?|:(?:before|after|first-line|first-letter|${states})(?![\\w-])`, "g");
const host = /:host(?:-context)?(?:\([^()]*\))?/g;
const plain = /^(-?[\d.]{1,7}(%|[a-z]{1,4})?|[-+*]|--[\w-]+|rgba?|hsla?|calc|var|)$/;

/** Hides what style sheets say of masked elements: generated content, addresses, custom properties. */
export class MaskCSS {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    this.scratch = parts.platform.window.document.createElement("a").style;
    /** Rules that say something, with the text that was sent. @type {WeakMap<any, string>} */
    this.tested = new WeakMap();
    /** Rules of which something was hidden: they are looked at again when the page changes. @type {WeakSet<any>} */
    this.hidden = new WeakSet();
    /** Custom properties that are shown as texts, by what is hidden of the rule that shows them. @type {Map<string, number>} */
    this.shown = new Map();
    /** What `locate` found last. @type {any} */
    this.place = null;
    this.isStale = false;
    this.isGrown = false;
    this.isChanged = false;
  }

  clear() {
    this.tested = new WeakMap();
    this.hidden = new WeakSet();
    this.shown.clear();
    this.place = null;
  }

  isBlind() {
    return false;
  }

  holds() {
    return false;
  }

  /**
   * @param {any} rule
   * @returns {string} the rule's text, as far as it may be shown
   */
  text(rule) {
    if (!this.parts.mask.hasMarks) return rule.cssText;
    if (this.locate(rule.parentStyleSheet).isMasked) return this.masked(rule);
    const text = rule.cssText;
    if (!telling.test(text)) return text;
    this.isChanged = false;
    const hidden = this.hide(rule, "");
    const result = this.isChanged ? hidden : text;
    this.tested.set(rule, result);
    if (this.isChanged) this.hidden.add(rule);
    else this.hidden.delete(rule);
    return result;
  }

  /**
   * @param {any} sheet
   * @returns {string} the media that it is for; for a masked sheet only whether that is so now
   */
  media(sheet) {
    const text = sheet.media.mediaText;
    if (text === "" || !this.parts.mask.hasMarks || !this.locate(sheet).isMasked) return text;
    return this.parts.platform.window.matchMedia(text).matches ? "" : "not all";
  }

  /**
   * Learns from new sheets, before any of them is written, which custom properties masked elements show as texts.
   * @param {any} rules
   * @param {string} [parent]
   */
  learn(rules, parent = "") {
    if (!this.parts.mask.hasMarks) return;
    for (const rule of rules) {
      const selector = whole(rule, parent);
      const names = rule.type === 1 ? this.parts.platform.ruleStyle(rule).getPropertyValue("content").match(/--[\w-]+/g) : null;
      const level = names === null ? Hide.nothing : this.level(rule, selector);
      for (const name of names ?? []) this.shown.set(name, Math.min(level, this.shown.get(name) ?? level));
      if (rule.cssRules?.length > 0) this.learn(rule.cssRules, selector);
    }
  }

  /**
   * Writes rules anew of which more or less may be shown by now.
   * @param {import("../shared/byte-writer.js").ByteWriter} out
   */
  write(out) {
    const { sheets } = this.parts;
    const looked = this.isGrown ? this.tested : this.isStale ? this.hidden : null;
    this.isGrown = this.isStale = false;
    if (looked === null) return;
    for (const { rules } of sheets.known.values()) {
      for (const rule of rules) {
        if (looked.has(rule) && this.tested.get(rule) !== this.text(rule)) sheets.writeAgain(out, rule);
      }
    }
  }

  /**
   * @param {any} given
   * @returns {{isMasked: boolean, roots: any[]}} whether it stands in a mask itself, and the trees that it is for
   */
  locate(given) {
    const sheet = this.parts.farSheets.original(given);
    if (this.place !== null && this.place.sheet === sheet) return this.place;
    const { mask, roots } = this.parts;
    let top = sheet;
    while (top?.ownerRule) top = top.ownerRule.parentStyleSheet;
    const owner = top?.ownerNode ?? null;
    const trees = owner ? [owner.getRootNode()] : [...roots.roots].filter((root) => root.adoptedStyleSheets?.includes(top));
    const isMasked = owner ? mask.isWithin(owner, false) : trees.length > 0 && trees.every((root) => mask.isWithin(root.host, false));
    const place = { sheet, isMasked, roots: trees };
    this.place = place;
    return place;
  }

  /**
   * @param {any} rule of a sheet that stands in a mask
   * @returns {string} what tells nothing: no string, no address, no size, no name but those of classes and ids
   */
  masked(rule) {
    const inner = () => [...(rule.cssRules ?? [])].map((each) => this.masked(each)).join("");
    if (rule.type === 1) return `${hideAttributes(rule.selectorText)}{${this.maskedStyle(rule)}${inner()}}`;
    if (isNested(rule)) return this.maskedStyle(rule);
    if (!rule.cssRules || rule.type > 1 && rule.type !== 4 && rule.type !== 12) return "";
    return this.inMedia(rule.type === 4 ? rule.conditionText : "", rule.type === 12 && !CSS.supports(rule.conditionText) ? "" : inner());
  }

  /**
   * @param {string} media
   * @param {string} text
   * @returns {string} rules that hold or not, without saying for which media
   */
  inMedia(media, text) {
    return `@media ${this.parts.platform.window.matchMedia(media).matches ? "all" : "not all"}{${text}}`;
  }

  /** @param {any} rule */
  maskedStyle(rule) {
    return maskedRuleStyle(this.parts.platform.ruleStyle(rule));
  }

  /**
   * @param {any} rule
   * @param {string} parent the selector of the rule that it is in
   * @returns {string}
   */
  hide(rule, parent) {
    const selector = whole(rule, parent);
    const inner = () => [...(rule.cssRules ?? [])].map((/** @type {any} */ each) => this.hide(each, selector)).join("\n");
    if (rule.type === 1) {
      const level = this.level(rule, selector);
      const shown = level === Hide.texts ? hideAttributes(rule.selectorText) : rule.selectorText;
      if (shown !== rule.selectorText) this.isChanged = true;
      return `${shown} { ${this.declarations(rule, level)} ${inner()} }`;
    }
    if (rule.type === 8) return `${rule.keyText} { ${this.declarations(rule, Hide.words)} }`;
    if (isNested(rule)) return this.declarations(rule, this.level(rule, parent));
    if (rule.cssRules && rule.type !== 6 && rule.type !== 14) return `${head(rule)}{ ${inner()} }`;
    const isShown = rule.type === 11 || (this.shown.get(rule.name) ?? Hide.nothing) !== Hide.nothing;
    return isShown ? this.changed(rule.cssText, hideStrings(rule.cssText, rule.type === 11 ? 1 : 0)) : rule.cssText;
  }

  /**
   * @param {any} rule
   * @param {string} selector
   * @returns {number} how much of it is hidden
   */
  level(rule, selector) {
    // What is scoped or slotted is not looked for: it is hidden.
    if (/^@|::slotted/.test(selector)) return Hide.texts;
    const { mask, platform } = this.parts;
    const lasting = selector.replace(transient, (_, at) => (at === 0 || /[\s>+~,(]/.test(selector[at - 1]) ? "*" : ""));
    let level = Hide.words;
    for (const root of this.locate(rule.parentStyleSheet).roots) {
      const inside = root.host ? lasting.replace(host, "").trim() : lasting;
      try {
        for (const element of inside === "" ? [root.host] : platform.all(root, inside)) {
          if (!mask.isWithin(element)) return Hide.nothing;
          level = Hide.texts;
        }
      } catch {
        level = Hide.texts;
      }
    }
    return level;
  }

  /**
   * @param {any} rule
   * @param {number} level
   * @returns {string} its own declarations, as far as they may be shown
   */
  declarations(rule, level) {
    const { scratch } = this;
    const text = this.parts.platform.ruleStyle(rule).cssText;
    if (!telling.test(text)) return text;
    scratch.cssText = text;
    for (const name of [...scratch]) {
      if (!name.startsWith("--")) continue;
      const value = scratch.getPropertyValue(name);
      const hides = Math.max(level, this.shown.get(name) ?? Hide.nothing);
      const shown = hides === Hide.nothing ? value : hides === Hide.words ? hideStrings(value, 1) : hideProperty(value);
      if (shown !== value) scratch.setProperty(name, shown, scratch.getPropertyPriority(name));
    }
    const now = scratch.cssText.replace(declaration, (/** @type {string} */ each) => {
      if (level === Hide.nothing || named.test(each) || /^\s*--/.test(each)) return each;
      return level === Hide.words ? hideStrings(each, 1) : hideTexts(each);
    });
    return this.changed(text, now);
  }

  /**
   * @param {string} before
   * @param {string} now
   */
  changed(before, now) {
    if (before !== now) this.isChanged = true;
    return now;
  }
}

/**
 * @param {any} rule
 * @param {string} parent the selector of the rule that it is in
 * @returns {string} its selector with that of what it is in; for what is scoped an @
 */
function whole(rule, parent) {
  if (rule.type !== 1 || parent === "@") return rule.start ? "@" : parent;
  return rule.selectorText.replace(/&/g, `:is(${parent})`);
}

/**
 * @param {CSSStyleDeclaration} style
 * @returns {string} what of a rule of a masked style sheet tells nothing of the content
 */
function maskedRuleStyle(style) {
  let text = "";
  for (const name of style) if (design.test(name)) text += safeDeclaration(style, name);
  return maskedStyle(style) + text;
}

/** @param {any} rule @returns {boolean} whether it is declarations only, between nested rules */
function isNested(rule) {
  return rule.type === 0 && rule.style !== undefined && rule.selectorText === undefined && !rule.cssText.startsWith("@");
}

/** @param {any} rule @returns {string} what is before its first brace */
function head(rule) {
  return prelude.exec(rule.cssText)?.[0] ?? "";
}

/** @param {string} selector */
function hideAttributes(selector) {
  return selector.replace(attribute, (all, name, operator) => (sentMasked.has(name) ? all : `[${name}${operator}""`));
}

/**
 * @param {string} text
 * @param {number} longest length of a string that may stay
 */
function hideStrings(text, longest) {
  return text.replace(string, (all) => ([...all].length - 2 > longest ? `"${placeholder}"` : all));
}

/** @param {string} text */
function hideTexts(text) {
  return hideStrings(text.replace(address, 'url("")'), 0).replace(/^(\s*content\s*:).*var\(.*/s, `$1 "${placeholder}"`);
}

/** @param {string} value of a custom property: numbers, lengths and colours stay */
function hideProperty(value) {
  if (/url\(/i.test(value)) return 'url("")';
  const isPlain = value.split(/[\s,/()]+/).every((part) => plain.test(part) || CSS.supports("color", part));
  return isPlain ? value : `"${placeholder}"`;
}
