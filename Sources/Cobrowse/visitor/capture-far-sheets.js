const imported = /^(?:\s|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/|@charset[^;]*;)*@import\s+(?:url\(\s*)?["']?([^"')\s;]+)["']?\s*\)?([^;]*);/i;
const address = /url\(\s*(["']?)([^"')]*)\1\s*\)/gi;
const most = 20;

/** Style sheets of other origins, whose rules the page may not read: read again as text, where that origin allows it. */
export class FarSheets {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** What stands for each sheet, null until it is there. @type {WeakMap<any, any>} */
    this.copies = new WeakMap();
    /** @type {WeakMap<any, any>} */
    this.originals = new WeakMap();
    /** What each copy was made of. @type {WeakMap<any, string>} */
    this.texts = new WeakMap();
    this.loads = 0;
  }

  /** @param {any} sheet @returns {any} it, or the one that it is a copy of */
  original(sheet) {
    return this.originals.get(sheet) ?? sheet;
  }

  /**
   * @param {any} sheet that may not be read
   * @returns {any} its rules as far as they are known
   */
  rules(sheet) {
    const copy = this.copies.get(sheet);
    if (copy === undefined && sheet.href) {
      this.copies.set(sheet, null);
      void this.load(sheet);
    }
    return copy?.cssRules ?? [];
  }

  /** @param {any} sheet */
  async load(sheet) {
    const { window } = this.parts.platform;
    this.loads = 0;
    const text = await this.text(sheet.href).catch(() => "");
    const copy = new window.CSSStyleSheet();
    copy.replaceSync(text);
    this.texts.set(copy, text);
    this.copies.set(sheet, copy);
    this.originals.set(copy, sheet);
    this.parts.sheets.dirty.add(sheet);
    this.parts.schedule();
  }

  /**
   * @param {string} href
   * @returns {Promise<string>} the text with all that it imports in it, its addresses absolute
   */
  async text(href) {
    if (++this.loads > most) return "";
    const answer = await this.parts.platform.fetch(href, { cache: "force-cache", credentials: "omit" });
    let rest = answer.ok ? await answer.text() : "";
    let before = "";
    for (let match = imported.exec(rest); match !== null; match = imported.exec(rest)) {
      rest = rest.slice(match[0].length);
      const inner = await this.text(new URL(match[1], href).href).catch(() => "");
      before += /\S/.test(match[2]) ? `@media ${match[2]} {${inner}}` : inner;
    }
    return before + rest.replace(address, (/** @type {string} */ _, /** @type {string} */ quote, /** @type {string} */ value) =>
      `url("${/^(data:|#)/.test(value) ? value : new URL(value, href).href}")`);
  }
}
