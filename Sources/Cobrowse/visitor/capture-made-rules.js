/**
 * What a script has given the document's styles without any sheet, as rules of a sheet that the other side adopts: fonts
 * by `FontFace`, and registered properties. What was given before the start tells nobody where it came from.
 */
export class MadeRules {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {WeakMap<any, string>} */
    this.sources = new WeakMap();
    /** @type {string[]} */
    this.properties = [];
    /** @type {any} */
    this.sheet = null;
    this.written = "";
    this.isReady = false;
  }

  clear() {
    this.sheet = null;
    this.written = "";
  }

  /** Makes the sheet again if there is something else to say. @returns {any[]} it, if there is one */
  sheets() {
    const { window } = this.parts.platform;
    if (!this.isReady) this.learnEarly(window);
    const rules = [...this.properties];
    for (const font of window.document.fonts) {
      const source = this.sources.get(font);
      if (source !== undefined) rules.push(faceRule(font, source));
    }
    const text = rules.join("\n");
    if (text !== this.written) {
      this.written = text;
      this.sheet = text === "" ? null : new window.CSSStyleSheet();
      this.sheet?.replaceSync(text);
    }
    return this.sheet === null ? [] : [this.sheet];
  }

  /**
   * Finds what can be known of what was made before the start: the first values of registered properties, and where a
   * font came from if it is the only one that no rule speaks of.
   * @param {any} window
   */
  learnEarly(window) {
    this.isReady = true;
    const { document } = window;
    let told = "";
    for (const sheet of document.styleSheets) {
      for (const rule of this.parts.sheets.rules(sheet)) {
        if (/^@(property|font-face)/.test(rule.cssText)) told += `${rule.cssText.replace(/(url\(")([^"]*)/g, (/** @type {string} */ _, /** @type {string} */ open, /** @type {string} */ address) => open + new URL(address, sheet.href ?? document.baseURI).href)}\n`;
      }
    }
    for (const [name, [value]] of document.head?.computedStyleMap?.() ?? []) {
      const syntax = name.startsWith("--") && !told.includes(`@property ${name} `) ? syntaxOf(value) : undefined;
      if (syntax !== undefined) this.learnProperty({ name, syntax, inherits: false, initialValue: String(value) });
    }
    const unknown = [];
    for (const font of document.fonts) if (font.status === "loaded" && !told.includes(`font-family: ${font.family};`)) unknown.push(font);
    const sources = [];
    for (const { name } of window.performance.getEntriesByType("resource")) {
      if (/\.(woff2?|ttf|otf)([?#]|$)/i.test(name) && !told.includes(name)) sources.push(name);
    }
    if (unknown.length === 1 && sources.length === 1) this.sources.set(unknown[0], `url("${sources[0]}")`);
  }

  /**
   * @param {any} made a font, or what was given to `CSS.registerProperty`
   * @param {any} [source] of a font, as it was given to the constructor
   */
  learn(made, source) {
    if (source === undefined) this.learnProperty(made);
    else this.learnFont(made, source);
  }

  /** @param {any} font @param {any} source */
  learnFont(font, source) {
    if (typeof source === "string") this.sources.set(font, source);
    else this.sources.set(font, `url("${URL.createObjectURL(new Blob([source], { type: "font/ttf" }))}")`);
  }

  /** @param {any} definition as given to `CSS.registerProperty` */
  learnProperty({ name, syntax = "*", inherits, initialValue }) {
    const initial = initialValue === undefined ? "" : `initial-value: ${initialValue};`;
    this.properties.push(`@property ${name} { syntax: "${syntax}"; inherits: ${inherits === true}; ${initial} }`);
  }
}

/**
 * @param {any} value the computed value of a property that may be registered
 * @returns {string | undefined} what it may be set to; undefined for one that is not registered
 */
function syntaxOf(value) {
  if (value.unit !== undefined) {
    const kinds = { px: "<length>", percent: "<percentage>", number: "<number>", deg: "<angle>", s: "<time>" };
    return kinds[/** @type {keyof typeof kinds} */ (value.unit)];
  }
  return /^(rgb|color)\w*\(/.test(String(value)) && value.length === undefined ? "<color>" : undefined;
}

/**
 * @param {any} font
 * @param {string} source
 */
function faceRule(font, source) {
  return `@font-face { font-family: ${JSON.stringify(font.family.replace(/^["']|["']$/g, ""))}; src: ${source}; font-style: ${font.style}; `
    + `font-weight: ${font.weight}; font-stretch: ${font.stretch}; unicode-range: ${font.unicodeRange}; }`;
}
