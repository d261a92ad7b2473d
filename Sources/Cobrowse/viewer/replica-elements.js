import { attributeName, elementName, html, math, pictured, prefix, svg } from "./replica-allow.js";
import { rewriteDeclarations } from "./replica-css.js";

const invalidAddress = "about:invalid";
/** SVG elements whose address is a picture or a part of this document. */
const svgReferences = new Set(["use", "image", "feImage", "linearGradient", "radialGradient", "pattern", "textPath", "mpath", "filter"]);
const presentation = /url\(|image-set/i;

/** Makes elements and sets their attributes: only what is listed, under its own name or one of no meaning. */
export class ReplicaElements {
  /** @param {import("./replica.js").ReplicaParts} parts */
  constructor(parts) {
    this.parts = parts;
  }

  /**
   * @param {Document} document
   * @param {string} name
   * @param {string} namespace
   * @returns {any}
   */
  make(document, name, namespace) {
    if (namespace === html && (name === "style" || name === "link")) return document.createElementNS(html, "style");
    if (namespace === svg && name === "style") return document.createElementNS(svg, "style");
    const element = document.createElementNS(namespace, elementName(name, namespace));
    if (namespace === html && pictured.has(name)) element.setAttribute("lk-as", name);
    if (element.localName === "iframe") element.setAttribute("sandbox", "allow-same-origin");
    return element;
  }

  /**
   * @param {any} element
   * @param {string} name
   * @param {string} value
   */
  set(element, name, value) {
    const namespace = element.namespaceURI;
    if (name === "style") return this.setStyle(element, value);
    if (name === "href" || name === "xlink:href") return this.setAddress(element, name, value);
    if (name === "src") return this.parts.pictures.set(element, value);
    if (name === "background" && namespace === html) return this.parts.pictures.setBackground(element, value);
    if (namespace === html && this.isSpecial(element, name, value)) return;
    const given = clobbers(element, name, value) ? prefix + name : attributeName(name);
    if (given === "") return;
    if (namespace === html && element.getAttribute("lk-as") === "canvas" && (name === "width" || name === "height")) {
      element.setAttribute(prefix + name, value);
      this.parts.pictures.resize(element);
      return;
    }
    const text = namespace !== html && presentation.test(value) ? this.paint(value) : value;
    put(element, given, text);
  }

  /** @param {string} value of a presentation attribute */
  paint(value) {
    return rewriteDeclarations(value, this.parts.css);
  }

  /**
   * @param {any} element
   * @param {string} name
   */
  remove(element, name) {
    if (name === "style") this.parts.styled.delete(element);
    if (name === "href" || name === "xlink:href") element.removeAttribute("href");
    if (name === "src") {
      this.parts.pictures.set(element, "");
      element.removeAttribute("src");
    }
    if (name === "name" && element.localName === "slot") element.removeAttribute(name);
    const given = attributeName(name);
    if (given !== "") element.removeAttribute(given);
    if (given !== "" && !given.startsWith(prefix)) element.removeAttribute(prefix + name);
  }

  /**
   * @param {any} element
   * @param {string} name
   * @param {string} value
   */
  isSpecial(element, name, value) {
    const tag = element.localName;
    if (tag === "style") return name !== "class" && name !== "id" && !name.startsWith("data-");
    if (tag === "iframe" && (name === "name" || name === "sandbox")) return true;
    if (name === "type" && tag === "input") {
      element.type = /^(hidden|text|search|tel|url|email|password|date|month|week|time|datetime-local|number|range|color|checkbox|radio|file|submit|image|reset|button)$/i.test(value) ? value : "text";
      return true;
    }
    if (name === "name" && tag === "slot") element.name = value;
    return false;
  }

  /**
   * @param {any} element
   * @param {string} value
   */
  setStyle(element, value) {
    /** @type {Set<number>} */
    const uses = new Set();
    const text = rewriteDeclarations(value, { ...this.parts.css, uses });
    if (uses.size > 0) this.parts.styled.set(element, { value, uses });
    else this.parts.styled.delete(element);
    element.setAttribute("style", text);
  }

  /**
   * @param {any} element
   * @param {string} name
   * @param {string} value
   */
  setAddress(element, name, value) {
    const namespace = element.namespaceURI;
    if (namespace === svg && svgReferences.has(element.localName)) {
      if (name === "href" || !element.hasAttribute(`${prefix}href`)) this.parts.pictures.setReference(element, value);
    } else if (namespace === html && (element.localName === "a" || element.localName === "area")) {
      element.setAttribute("href", invalidAddress);
    } else if (namespace === svg && element.localName === "a") {
      element.setAttribute("href", invalidAddress);
    } else if (namespace === math) return;
    put(element, prefix + name.replace(":", "-"), value);
  }
}

/**
 * @param {any} element
 * @param {string} name
 * @param {string} value
 * @returns {boolean} whether a name would hide the platform's own in its form
 */
function clobbers(element, name, value) {
  return name === "id" && value in HTMLFormElement.prototype && element.namespaceURI === html;
}

/**
 * @param {any} element
 * @param {string} name
 * @param {string} value
 */
function put(element, name, value) {
  try {
    if (name.startsWith("xml:")) element.setAttributeNS("http://www.w3.org/XML/1998/namespace", name, value);
    else element.setAttribute(name, value);
  } catch {
    return;
  }
}

