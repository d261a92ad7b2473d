import { maskedStyle, sentMasked, unsent } from "./snapshot-rules.js";

const urlAttributes = new Set(["src", "href", "xlink:href", "poster", "background"]);
/** Attributes of fields whose content is written as their state. */
const fieldState = new Set(["value", "checked", "selected"]);
const links = new Set(["a", "area"]);
const paint = new Set(["fill", "stroke", "filter", "clip-path", "mask", "marker-start", "marker-mid", "marker-end", "cursor"]);

/**
 * Writes an element's attributes up to the empty name.
 * @param {import("./capture.js").CaptureParts} parts
 * @param {import("../shared/byte-writer.js").ByteWriter} out
 * @param {any} element
 * @param {string} tag
 * @param {boolean} masked
 * @param {boolean} isHTML
 */
export function writeAttributes(parts, out, element, tag, masked, isHTML) {
  const { platform } = parts;
  const names = platform.attributeNames(element);
  for (let index = 0; index < names.length; index++) {
    const name = names[index];
    const value = isPlain(name, masked)
      ? secretless(parts, platform.attribute(element, name))
      : shownAttribute(parts, element, tag, name, masked, isHTML);
    if (value === null) continue;
    out.word(name);
    out.word(value);
  }
  out.byte(1);
}

/** Names of attributes that leave as they are where nothing is masked, and others. @type {Map<string, boolean>} */
const plain = new Map();

/**
 * @param {string} name
 * @param {boolean} masked
 */
function isPlain(name, masked) {
  if (masked) return false;
  let known = plain.get(name);
  if (known === undefined) {
    known = !/^on|^(popover|style|stdDeviation)$/i.test(name) && ![unsent, urlAttributes, fieldState, paint].some((names) => names.has(name));
    plain.set(name, known);
  }
  return known;
}

/**
 * @param {import("./capture.js").CaptureParts} parts
 * @param {any} element
 * @param {string} tag
 * @param {string} name
 * @param {boolean} masked
 * @param {boolean} isHTML
 * @returns {string | null} what of an attribute leaves the page
 */
export function shownAttribute(parts, element, tag, name, masked, isHTML) {
  if (name === "class" || name === "id") return secretless(parts, parts.platform.attribute(element, name));
  if ((name.charCodeAt(0) | 32) === 111 && (name.charCodeAt(1) | 32) === 110) return null;
  if (unsent.has(name)) return null;
  if (name === "popover") parts.elements.add(element);
  if (masked) return maskedAttribute(parts, element, name);
  const value = parts.platform.attribute(element, name);
  if (value === null) return null;
  if (name === "style") return secretless(parts, parts.assets.inText(value, element));
  if (urlAttributes.has(name)) return urlAttribute(parts, element, tag, name, value, isHTML);
  if (isHTML && fieldState.has(name) && isFieldState(element, tag, name)) return null;
  // The only one that the browser does not keep in step with what scripts set.
  if (name === "stdDeviation") return `${element.stdDeviationX.baseVal} ${element.stdDeviationY.baseVal}`;
  if (!isHTML && value.includes("url(") && paint.has(name)) return parts.assets.inText(value, element);
  return secretless(parts, value);
}

/**
 * @param {import("./capture.js").CaptureParts} parts
 * @param {any} element
 * @param {string} name
 */
function maskedAttribute(parts, element, name) {
  if (name === "style") return maskedStyle(element.style);
  if (name === "placeholder") return " ";
  if (name === "href") return "";
  if (name === "width" || name === "height" || name === "viewBox") return sizeAttribute(parts, element, name);
  return sentMasked.has(name) ? parts.platform.attribute(element, name) : null;
}

/**
 * @param {import("./capture.js").CaptureParts} parts
 * @param {any} element
 * @param {string} name
 */
function sizeAttribute(parts, element, name) {
  return /^(img|svg|canvas|video|iframe)$/.test(parts.platform.localName(element))
    ? parts.platform.attribute(element, name)
    : null;
}

/**
 * @param {any} element
 * @param {string} tag
 * @param {string} name
 */
function isFieldState(element, tag, name) {
  if (name !== "value") return tag === "input" || tag === "option";
  if (tag === "textarea" || tag === "select") return true;
  return tag === "input" && !/^(checkbox|radio|button|submit|reset)$/.test(element.type);
}

/**
 * @param {import("./capture.js").CaptureParts} parts
 * @param {any} element
 * @param {string} tag
 * @param {string} name
 * @param {string} value
 * @param {boolean} isHTML
 */
function urlAttribute(parts, element, tag, name, value, isHTML) {
  if (isHTML) {
    if (name === "href") return links.has(tag) ? linkAddress(parts, value) : null;
    if (name === "src") return tag === "img" && value === "" ? "" : null;
    if (name === "poster") return null;
    return parts.assets.reference(value, element);
  }
  if (value.startsWith("#")) return value;
  if (tag === "a") return name === "href" || name === "xlink:href" ? linkAddress(parts, value) : null;
  return parts.assets.reference(value, element);
}

/**
 * @param {import("./capture.js").CaptureParts} parts
 * @param {string} value
 */
function linkAddress(parts, value) {
  if (/^\s*(javascript|data|vbscript|blob):/i.test(value)) return "";
  return secretless(parts, value);
}

/**
 * @param {import("./capture.js").CaptureParts} parts
 * @param {string | null} value
 */
function secretless(parts, value) {
  return value !== null && parts.secrets.size > 0 ? parts.secrets.hide(value) : value;
}
