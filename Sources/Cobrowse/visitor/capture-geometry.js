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
    /** @type {WeakSet<any>} */
    this.watched = new WeakSet();
  }

  /** @param {any} drawing an `svg`, in a document whose calls are watched from now on */
  add(drawing) {
    const document = drawing.ownerDocument;
    const undo = this.parts.patches.undo.get(document);
    if (undo === undefined || this.watched.has(undo)) return;
    this.watched.add(undo);
    const drawn = () => {
      this.parts.changes.drawn = true;
      this.parts.schedule();
    };
    for (const [kind, names] of geometry) {
      const prototype = document.defaultView[kind]?.prototype;
      for (const name of names.split(" ")) {
        wrapSetter(undo, prototype, name, drawn);
        wrapMethod(undo, prototype, name, drawn);
      }
    }
  }
}
