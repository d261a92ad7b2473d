/** @typedef {import("./replica-sheets.js").Piece} Piece */

const fontFace = /^\s*@font-face\s*\{/i;
/** So many rules wait at most for a text that needs their font. */
const most = 5000;
/** Milliseconds between two looks that nothing asks for. */
const pause = 500;
/** Sources in formats that no browser reads any more. */
const unread = /url\("latchkey:(\d+)[^"]*"\)\s*format\("?(?:embedded-opentype|svg)\b/gi;
const descriptors = ["font-style", "font-weight", "font-stretch", "unicode-range"];
const initial = ["normal", "normal", "normal", "U+0-10FFFF"];

/**
 * Fetches the fonts that the page's texts need, and no others: pages declare dozens and use a few. The browser says which
 * by trying to load what stands for them as long as they are not there.
 */
export class ReplicaFonts {
  /** @param {import("./replica.js").ReplicaParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** Rules by their texts, with what their fonts are called once that is known. @type {Map<string, {uses: Set<number>, name?: string}>} */
    this.waiting = new Map();
    /** Documents whose fonts are watched. @type {Set<Document>} */
    this.watched = new Set();
    this.isFresh = false;
    this.looked = 0;
  }

  clear() {
    this.waiting.clear();
  }

  /** @param {string} source of a rule @returns {boolean} */
  declares(source) {
    return fontFace.test(source);
  }

  /** @param {Piece} piece a rule that declares a font */
  add(piece) {
    if (piece.uses.size === 0 || this.waiting.has(piece.source)) return;
    // The oldest makes room: pages that write fonts anew all the time do not need them all.
    if (this.waiting.size >= most) this.waiting.delete(this.waiting.keys().next().value ?? "");
    this.waiting.set(piece.source, { uses: piece.uses });
    this.isFresh = true;
  }

  /** @param {Document} document in which a rule stands */
  watch(document) {
    const { fonts } = document;
    if (!fonts || this.watched.has(document)) return;
    this.watched.add(document);
    const look = () => this.look(fonts);
    for (const type of ["loading", "loadingerror"]) fonts.addEventListener(type, look);
  }

  /** Looks at once where fonts have been declared, and now and then: browsers tell of them a frame later, or not at all. */
  settle() {
    for (const document of this.watched) if (document.defaultView === null) this.watched.delete(document);
    if (this.waiting.size === 0 || (!this.isFresh && performance.now() < this.looked + pause)) return;
    // Texts look for their fonts when they are laid out.
    if (this.isFresh) void this.parts.document.documentElement?.offsetHeight;
    this.isFresh = false;
    this.looked = performance.now();
    for (const { fonts } of this.watched) this.look(fonts);
  }

  /**
   * Asks for the next source of each font that is needed and not there.
   * @param {FontFaceSet} fonts
   */
  look(fonts) {
    /** Whether what was there could not be read. @type {Map<string, boolean>} */
    const needed = new Map();
    for (const face of fonts) {
      const { status } = face;
      if (status === "loading" || status === "error") needed.set(nameOfFace(face), status === "error");
    }
    if (needed.size === 0) return;
    for (const [source, declared] of this.waiting) {
      declared.name ??= nameOfRule(source);
      const hasFailed = needed.get(declared.name);
      if (hasFailed !== undefined) this.want(source, declared.uses, hasFailed);
    }
    this.parts.assets.ask();
  }

  /**
   * @param {string} source
   * @param {Set<number>} uses
   * @param {boolean} hasFailed
   */
  want(source, uses, hasFailed) {
    const { assets, arrivals } = this.parts;
    const skipped = new Set([...source.matchAll(unread)].map((match) => Number(match[1])));
    for (const id of uses) {
      if (arrivals.has(id)) return; // about to be shown
      if (skipped.has(id) || (assets.addresses.has(id) && (hasFailed || !assets.known(id)))) continue;
      if (!assets.addresses.has(id)) assets.want(id);
      return;
    }
  }
}

/** @param {FontFace} face */
function nameOfFace(face) {
  return nameOf(face.family, [face.style, face.weight, face.stretch, face.unicodeRange]);
}

/** @param {string} source */
function nameOfRule(source) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(source);
  const style = /** @type {CSSFontFaceRule | undefined} */ (sheet.cssRules[0])?.style;
  if (style === undefined) return "";
  return nameOf(style.getPropertyValue("font-family"), descriptors.map((name) => style.getPropertyValue(name)));
}

/**
 * @param {string} family
 * @param {string[]} values
 */
function nameOf(family, values) {
  const plain = family.replace(/^(["'])(.*)\1$/s, "$2");
  return JSON.stringify([plain, ...values.map((value, index) => value || initial[index])]);
}
