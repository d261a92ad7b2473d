import { Op } from "../shared/ops.js";

const url = /url\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|((?:[^)\\"'\s]|\\.)*))\s*\)/gi;
const imageSetString = /image-set\(/i;

/** Gives numbers to what the page shows from elsewhere. Only what has a number can be asked for. */
export class Assets {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {Map<string, number>} */
    this.numbers = new Map();
    /** @type {Map<number, string>} */
    this.addresses = new Map();
    /** Bytes that were made here, stills for example. @type {Map<number, Blob>} */
    this.made = new Map();
    this.next = (parts.options.firstAsset ?? 0) + 1;
    /** @type {number[]} */
    this.fresh = [];
  }

  /** Numbers are given anew with a snapshot. */
  clear() {
    this.numbers.clear();
    this.addresses.clear();
    this.made.clear();
    this.fresh = [];
  }

  /**
   * @param {string} value an address as the page has it
   * @param {any} base a node, or the address that it is relative to
   * @returns {string} what stands for it on the other side
   */
  reference(value, base) {
    const trimmed = value.replace(/^\s+|\s+$/g, "");
    if (trimmed === "" || trimmed.startsWith("#")) return trimmed;
    if (/^data:(image|font)\//i.test(trimmed) || /^data:application\/(x-)?font/i.test(trimmed)) return trimmed;
    const absolute = resolve(trimmed, typeof base === "string" ? base : base.baseURI);
    if (absolute === null || !/^(https?|blob|data):/i.test(absolute)) return "";
    const own = this.parts.platform.window.location.href;
    const hash = absolute.indexOf("#");
    if (hash > 0 && absolute.slice(0, hash) === own.split("#")[0]) return absolute.slice(hash);
    return `latchkey:${this.number(absolute)}${hash > 0 ? absolute.slice(hash) : ""}`;
  }

  /** @param {string} absolute */
  number(absolute) {
    const address = absolute.replace(/#.*$/s, "");
    const known = this.numbers.get(address);
    if (known !== undefined) return known;
    const number = this.next++;
    this.numbers.set(address, number);
    this.addresses.set(number, address);
    this.fresh.push(number);
    return number;
  }

  /**
   * @param {Blob} blob
   * @returns {number} a number for bytes that were made here
   */
  make(blob) {
    const number = this.next++;
    this.made.set(number, blob);
    return number;
  }

  /**
   * @param {string} text CSS
   * @param {any} base
   * @returns {string} the text with numbers in place of addresses
   */
  inText(text, base) {
    if (!text.includes("url(") && !/url\(/i.test(text)) return imageSetString.test(text) ? this.inImageSets(text, base) : text;
    const replaced = text.replace(url, (_, double, single, bare) => {
      const address = unescape(double ?? single ?? bare ?? "");
      return `url("${this.reference(address, base).replace(/["\\\n]/g, "\\$&")}")`;
    });
    return imageSetString.test(replaced) ? this.inImageSets(replaced, base) : replaced;
  }

  /**
   * @param {string} text
   * @param {any} base
   */
  inImageSets(text, base) {
    return text.replace(/(image-set\(|,)\s*"((?:[^"\\]|\\.)*)"(?=\s+[\d.]+(x|dppx|dpi|dpcm)|\s+type\()/gi, (_, before, address) => {
      return `${before} url("${this.reference(unescape(address), base)}")`;
    });
  }

  /** @param {import("../shared/byte-writer.js").ByteWriter} out */
  write(out) {
    for (const number of this.fresh) {
      const address = this.addresses.get(number) ?? "";
      out.byte(Op.asset);
      out.number(number);
      out.text(address.startsWith("http") ? this.parts.secrets.hide(address) : "");
    }
    this.fresh = [];
  }
}

/**
 * @param {string} value
 * @param {string} base
 */
function resolve(value, base) {
  try {
    return new URL(value, base).href;
  } catch {
    return null;
  }
}

/** @param {string} text of a CSS string */
function unescape(text) {
  return text.replace(/\\([0-9a-f]{1,6})\s?|\\(.)/gis, (_, code, character) =>
    code === undefined ? character : String.fromCodePoint(Math.min(parseInt(code, 16), 0x10ffff)),
  );
}
