const items = "appendItem insertItemBefore replaceItem removeItem clear initialize consolidate";
/** Calls that change the geometry of SVG without any record of it. @type {[kind: string, names: string][]} */
const geometry = [
  ["SVGLength", "value valueAsString valueInSpecifiedUnits newValueSpecifiedUnits convertToSpecifiedUnits"],
  ["SVGNumber", "value"], ["SVGAngle", "value valueAsString"], ["SVGRect", "x y width height"], ["SVGPoint", "x y"],
  ["SVGAnimatedNumber", "baseVal"], ["SVGAnimatedInteger", "baseVal"], ["SVGAnimatedEnumeration", "baseVal"],
  ["SVGTransform", "setMatrix setTranslate setScale setRotate setSkewX setSkewY"],
  ["SVGTransformList", items], ["SVGPointList", items], ["SVGLengthList", items], ["SVGNumberList", items],
  ["SVGFEGaussianBlurElement", "setStdDeviation"],
];

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
    this.watchGeometry(window, undo);
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
  watchGeometry(window, undo) {
    const drawn = () => {
      this.parts.changes.drawn = true;
      this.parts.schedule();
    };
    for (const [kind, names] of geometry) {
      for (const name of names.split(" ")) {
        wrapSetter(undo, window[kind]?.prototype, name, drawn);
        wrapMethod(undo, window[kind]?.prototype, name, drawn);
      }
    }
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

/**
 * @param {(() => void)[]} undo
 * @param {any} owner
 * @param {string} name
 * @param {any} value
 */
function replace(undo, owner, name, value) {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  if (before === undefined || !before.configurable) return;
  const isAccessor = before.get !== undefined || before.set !== undefined;
  Object.defineProperty(owner, name, isAccessor ? { ...before, ...value } : { ...before, value });
  const placed = Object.getOwnPropertyDescriptor(owner, name);
  undo.push(() => {
    const now = Object.getOwnPropertyDescriptor(owner, name);
    if (now?.value === placed?.value && now?.get === placed?.get && now?.set === placed?.set) {
      Object.defineProperty(owner, name, before);
    }
  });
}

/**
 * @param {(() => void)[]} undo
 * @param {any} prototype
 * @param {string} name
 * @param {(object: any) => void} changed
 */
function wrapMethod(undo, prototype, name, changed) {
  const call = prototype && Object.getOwnPropertyDescriptor(prototype, name)?.value;
  if (typeof call !== "function") return;
  const wrapper = {
    /** @param {any[]} rest */
    [name](...rest) {
      changed(this);
      return call.apply(this, rest);
    },
  };
  replace(undo, prototype, name, wrapper[name]);
}

/**
 * @param {(() => void)[]} undo
 * @param {any} prototype
 * @param {string} name
 * @param {(object: any) => void} looked
 */
function wrapGetter(undo, prototype, name, looked) {
  const get = prototype && Object.getOwnPropertyDescriptor(prototype, name)?.get;
  if (get === undefined) return;
  const wrapper = {
    get() {
      looked(this);
      return get.call(this);
    },
  };
  replace(undo, prototype, name, wrapper);
}

/**
 * @param {(() => void)[]} undo
 * @param {any} prototype
 * @param {string} name
 * @param {(object: any) => void} changed
 */
function wrapSetter(undo, prototype, name, changed) {
  const set = prototype && Object.getOwnPropertyDescriptor(prototype, name)?.set;
  if (set === undefined) return;
  const wrapper = {
    /** @param {any} value */
    set(value) {
      changed(this);
      set.call(this, value);
    },
  };
  replace(undo, prototype, name, wrapper);
}
