import { svg } from "./replica-allow.js";

/** Pieces of other SVG files that `use` shows: drawn as pictures are not, so the place stays empty until they can be. */
export class Uses {
  /** @param {import("./replica.js").ReplicaParts} parts */
  constructor(parts) {
    this.parts = parts;
  }

  /**
   * @param {any} element
   * @param {string} value
   * @param {string} address
   */
  show(element, value, address) {
    if (value.startsWith("#")) element.setAttribute("href", address);
    else element.removeAttribute("href");
    void svg;
  }
}
