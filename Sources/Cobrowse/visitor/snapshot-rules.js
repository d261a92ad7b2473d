/** What is written of which element and attribute. Whatever can run or fetch by itself is not sent at all. */

export const html = "http://www.w3.org/1999/xhtml";
export const svg = "http://www.w3.org/2000/svg";
export const math = "http://www.w3.org/1998/Math/MathML";

/** How an element is treated. */
export const Treat = Object.freeze({
  plain: 0,
  inert: 1,
  sheet: 2,
  field: 3,
  frame: 4,
  still: 5,
  image: 6,
  custom: 7,
  skip: 8,
  slot: 9,
  select: 10,
  embedded: 11,
});

/** @type {Map<string, number>} */
export const treatments = new Map([
  ["script", Treat.inert],
  ["noscript", Treat.inert],
  ["template", Treat.inert],
  ["title", Treat.inert],
  ["datalist", Treat.inert],
  ["meta", Treat.inert],
  ["base", Treat.inert],
  ["link", Treat.sheet],
  ["style", Treat.sheet],
  ["input", Treat.field],
  ["textarea", Treat.field],
  ["select", Treat.select],
  ["iframe", Treat.frame],
  ["frame", Treat.frame],
  ["canvas", Treat.still],
  ["video", Treat.still],
  ["img", Treat.image],
  ["source", Treat.inert],
  ["track", Treat.inert],
  ["param", Treat.inert],
  ["object", Treat.embedded],
  ["embed", Treat.embedded],
  ["applet", Treat.inert],
  ["portal", Treat.inert],
  ["slot", Treat.slot],
  ["dialog", Treat.custom],
]);

/** Attributes that no viewer needs or that would fetch, run or tell something. */
export const smil = /^(animate|animateTransform|animateMotion|set)$/;

export const unsent = new Set([
  "nonce", "integrity", "srcdoc", "srcset", "sizes", "imagesrcset", "imagesizes", "ping", "action", "formaction",
  "target", "formtarget", "rel", "crossorigin", "referrerpolicy", "fetchpriority", "loading", "decoding", "autofocus",
  "autoplay", "sandbox", "allow", "csp", "http-equiv", "attributionsrc", "is", "data", "codebase", "classid", "archive",
  "manifest", "usemap", "longdesc", "profile", "cite", "download", "method", "enctype", "accept-charset", "preload",
  "jsaction", "browsingtopics", "credentialless", "sharedstoragewritable", "shadowrootmode", "itemid",
]);

/** The only attributes that leave a masked region. */
export const sentMasked = new Set([
  "class", "id", "type", "role", "dir", "lang", "hidden", "disabled", "readonly", "required", "open", "popover", "slot",
  "part", "exportparts", "colspan", "rowspan", "rows", "cols", "multiple", "contenteditable", "tabindex", "align",
  "valign", "border", "cellpadding", "cellspacing", "data-latchkey-mask", "data-latchkey-unmask", "controls",
]);

/** Elements that a masked text may consist of: together they are one placeholder. */
export const phrasing = new Set([
  "span", "b", "i", "em", "strong", "u", "s", "small", "mark", "code", "kbd", "samp", "var", "abbr", "cite", "dfn", "q",
  "time", "data", "sub", "sup", "bdi", "bdo", "ins", "del", "font", "br", "wbr", "tt", "big", "a", "ruby", "rt", "rp",
  "label", "output", "strike",
]);

const safeProperties = new Set([
  "display", "position", "visibility", "float", "clear", "z-index", "opacity", "overflow", "overflow-x", "overflow-y",
  "flex-direction", "flex-wrap", "justify-content", "align-items", "align-self", "order", "pointer-events",
  "text-align", "white-space", "vertical-align", "box-sizing",
]);

/**
 * @param {CSSStyleDeclaration} style
 * @returns {string} what of a masked element's own style tells nothing of its content
 */
export function maskedStyle(style) {
  let text = "";
  for (const name of safeProperties) text += safeDeclaration(style, name);
  return text;
}

/**
 * @param {CSSStyleDeclaration} style
 * @param {string} name
 */
export function safeDeclaration(style, name) {
  const value = style.getPropertyValue(name);
  if (value === "" || /["']|var\(|url\(/i.test(value)) return "";
  return `${name}:${value}${style.getPropertyPriority(name) === "" ? "" : "!important"};`;
}
