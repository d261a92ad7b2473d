import { replace, wrapGetter, wrapMethod, wrapSetter } from "./capture-wrap.js";

/**
 * Watches the calls that change style sheets and make closed shadow roots, since the platform tells of neither. Each is
 * put back at the end.
 */
export class Patches {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** By document: one that is gone has no window any more. @type {Map<any, (() => void)[]>} */
    this.undo = new Map();
  }

  /** @param {any} document */
  enter(document) {
    const window = document.defaultView;
    if (!window || this.undo.has(document)) return;
    /** @type {(() => void)[]} */
    const undo = [];
    this.undo.set(document, undo);
    this.watchRules(window, undo);
    this.watchShadows(window, undo);
    this.watchMade(window, undo);
    this.parts.geometry.watch?.(window, undo);
    this.parts.stills.watch?.(window, undo);
  }

  /** @param {any} root */
  leave(root) {
    for (const step of this.undo.get(root) ?? []) step();
    this.undo.delete(root);
  }

  /**
   * @param {any} window
   * @param {(() => void)[]} undo
   */
  watchRules(window, undo) {
    const { sheets, schedule } = this.parts;
    /** @param {any} sheet */
    const changed = (sheet) => {
      sheets.dirty.add(sheet);
      schedule();
    };
    for (const name of ["insertRule", "deleteRule", "addRule", "removeRule", "replace", "replaceSync"]) {
      wrapMethod(undo, window.CSSStyleSheet?.prototype, name, changed);
    }
    /** @param {any} rule */
    const touched = (rule) => {
      sheets.touch(rule);
      schedule();
    };
    for (const kind of ["CSSGroupingRule", "CSSConditionRule", "CSSKeyframesRule", "CSSStyleRule"]) {
      for (const name of ["insertRule", "deleteRule", "appendRule"]) wrapMethod(undo, window[kind]?.prototype, name, touched);
    }
    for (const kind of ["CSSStyleRule", "CSSKeyframeRule", "CSSFontFaceRule", "CSSPageRule", "CSSNestedDeclarations", "CSSPositionTryRule"]) {
      wrapGetter(undo, window[kind]?.prototype, "style", touched);
    }
    wrapGetter(undo, window.CSSStyleRule?.prototype, "styleMap", touched);
    wrapSetter(undo, window.CSSStyleRule?.prototype, "selectorText", touched);
    wrapSetter(undo, window.CSSKeyframeRule?.prototype, "keyText", touched);
    wrapGetter(undo, window.CSSMediaRule?.prototype, "media", touched);
    wrapSetter(undo, window.StyleSheet?.prototype, "disabled", schedule);
    for (const name of ["appendMedium", "deleteMedium"]) wrapMethod(undo, window.MediaList?.prototype, name, schedule);
    wrapSetter(undo, window.MediaList?.prototype, "mediaText", schedule);
    wrapSetter(undo, window.Document.prototype, "adoptedStyleSheets", schedule);
    wrapSetter(undo, window.ShadowRoot.prototype, "adoptedStyleSheets", schedule);
  }

  /**
   * @param {any} window
   * @param {(() => void)[]} undo
   */
  watchMade(window, undo) {
    const { parts } = this;
    replace(undo, window, "FontFace", new Proxy(window.FontFace, {
      construct(target, given, as) {
        const font = Reflect.construct(target, given, as);
        parts.madeRules.learn(font, given[1]);
        parts.schedule();
        return font;
      },
    }));
    const register = window.CSS.registerProperty;
    replace(undo, window.CSS, "registerProperty", (/** @type {any} */ definition) => {
      register.call(window.CSS, definition);
      parts.madeRules.learn(definition);
      parts.schedule();
    });
  }

  /**
   * @param {any} window
   * @param {(() => void)[]} undo
   */
  watchShadows(window, undo) {
    const { roots, schedule } = this.parts;
    const prototype = window.Element.prototype;
    const attach = prototype.attachShadow;
    const { parts } = this;
    replace(undo, prototype, "attachShadow", {
      /** @param {any[]} rest */
      attachShadow(...rest) {
        const shadow = attach.apply(this, rest);
        roots.closed.set(this, shadow);
        roots.hasClosed = true;
        parts.changes.rewrite(this);
        schedule();
        return shadow;
      },
    }.attachShadow);
  }
}
