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
  }

  clear() {
    this.sheet = null;
    this.written = "";
  }

  /** Makes the sheet again if there is something else to say. @returns {any[]} it, if there is one */
  sheets() {
    const { window } = this.parts.platform;
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
   * @param {any} font
   * @param {any} source as it was given to the constructor
   */
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
 * @param {any} font
 * @param {string} source
 */
function faceRule(font, source) {
  return `@font-face { font-family: ${JSON.stringify(font.family.replace(/^["']|["']$/g, ""))}; src: ${source}; font-style: ${font.style}; `
    + `font-weight: ${font.weight}; font-stretch: ${font.stretch}; unicode-range: ${font.unicodeRange}; }`;
}
