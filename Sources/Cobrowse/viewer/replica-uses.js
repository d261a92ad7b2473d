import { svg } from "./replica-allow.js";

const most = 5000;

/** Pieces of other SVG files that `use` shows: built here by the same rules as the page's own, inside of the `use`. */
export class Uses {
  /** @param {import("./replica.js").ReplicaParts} parts */
  constructor(parts) {
    this.parts = parts;
    this.next = 1;
    /** @type {WeakMap<any, string>} */
    this.wanted = new WeakMap();
  }

  /**
   * @param {any} element
   * @param {string} value
   * @param {string} address
   */
  show(element, value, address) {
    this.wanted.set(element, value);
    if (value.startsWith("#")) {
      element.replaceChildren();
      element.setAttribute("href", address);
      return;
    }
    const match = /^latchkey:(\d+)#(.+)$/.exec(value);
    const blob = match && this.parts.assets.drawings.get(Number(match[1]));
    if (!match || !blob) element.removeAttribute("href");
    else void this.fill(element, value, blob, match[2]);
  }

  /**
   * @param {any} element
   * @param {string} value
   * @param {Blob} blob
   * @param {string} name
   */
  async fill(element, value, blob, name) {
    const drawing = new DOMParser().parseFromString(await blob.text(), "image/svg+xml");
    const found = drawing.getElementById(name);
    if (!found || this.wanted.get(element) !== value) return;
    const copy = this.copy(found, element.ownerDocument, { left: most });
    const id = `lk-use-${this.next++}`;
    copy.setAttribute("id", id);
    element.replaceChildren(copy);
    element.setAttribute("href", `#${id}`);
  }

  /**
   * @param {Element} from
   * @param {Document} document
   * @param {{left: number}} budget
   * @returns {any}
   */
  copy(from, document, budget) {
    const { elements } = this.parts;
    const element = elements.make(document, from.localName, svg);
    for (const { name, value } of from.attributes) elements.set(element, name, value);
    for (const child of from.childNodes) {
      if (--budget.left < 0) break;
      if (child.nodeType === 3) element.append(child.nodeValue ?? "");
      else if (child instanceof Element && child.namespaceURI === svg && child.localName !== "style") {
        element.append(this.copy(child, document, budget));
      }
    }
    return element;
  }
}
