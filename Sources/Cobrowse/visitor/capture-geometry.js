import { wrapMethod, wrapSetter } from "./capture-wrap.js";

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

/** Watches the objects that stand for the geometry of drawings, since the platform tells nobody when one is changed. */
export class Geometry {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    for (const [{ defaultView }, undo] of parts.patches.undo) this.watch(defaultView, undo);
  }

  need() {}

  /**
   * @param {any} window whose calls are watched
   * @param {(() => void)[]} undo
   */
  watch(window, undo) {
    if (!window) return; // its frame is gone
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
}
