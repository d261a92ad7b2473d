/** What of a page may be built in the viewer. Whatever is not listed gets a name of no meaning, or is left out. */

export const html = "http://www.w3.org/1999/xhtml";
export const svg = "http://www.w3.org/2000/svg";
export const math = "http://www.w3.org/1998/Math/MathML";

/** The prefix of names that stand for those not listed. */
export const prefix = "lk-x-";

/** @param {string} text */
const list = (text) => new Set(text.trim().split(/\s+/));

const htmlElements = list(`
  html head body a abbr acronym address area article aside audio b bdi bdo big blockquote br button caption center cite
  code col colgroup data datalist dd del details dfn dialog dir div dl dt em fieldset figcaption figure font footer form
  frameset h1 h2 h3 h4 h5 h6 header hgroup hr i iframe img input ins kbd label legend li main map mark marquee menu meter
  nav nobr ol optgroup option output p picture plaintext pre progress q rb rp rt rtc ruby s samp search section select
  selectedcontent slot small span strike strong style sub summary sup table tbody td textarea tfoot th thead time tr tt u
  ul var wbr xmp listing`);
const svgElements = list(`
  svg g defs symbol use a switch desc title metadata path rect circle ellipse line polyline polygon text tspan textPath
  image foreignObject marker pattern mask clipPath linearGradient radialGradient stop filter feBlend feColorMatrix
  feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow feFlood
  feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset fePointLight
  feSpecularLighting feSpotLight feTile feTurbulence view style`);
const mathElements = list(`
  math mi mn mo ms mtext mspace mrow mfrac msqrt mroot mstyle merror mpadded mphantom mfenced menclose msub msup msubsup
  munder mover munderover mmultiscripts mprescripts none mtable mtr mtd mlabeledtr maligngroup malignmark maction
  semantics annotation`);

const attributes = list(`
  class id style title lang dir hidden inert slot part exportparts role translate tabindex popover open
  contenteditable spellcheck draggable enterkeyhint inputmode align valign bgcolor color face size border width height
  cellpadding cellspacing rules frame frameborder hspace vspace nowrap noshade char charoff axis headers scope colspan rowspan
  span abbr start reversed type value list compact clear text link vlink alink marginwidth marginheight leftmargin topmargin
  bottommargin rightmargin scrolling rows cols wrap placeholder disabled readonly required multiple checked selected label
  for min max low high optimum step maxlength minlength pattern autocomplete alt controls coords shape datetime
  summary bordercolor direction behavior scrollamount scrolldelay loop truespeed media
  xml:lang xml:space viewBox preserveAspectRatio x y x1 x2 y1 y2 cx cy r rx ry fx fy fr d points transform
  transform-origin pathLength fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin
  stroke-dasharray stroke-dashoffset stroke-miterlimit opacity offset stop-color stop-opacity gradientUnits
  gradientTransform spreadMethod patternUnits patternContentUnits patternTransform clip-path clip-rule clipPathUnits mask
  maskUnits maskContentUnits filter filterUnits primitiveUnits marker-start marker-mid marker-end markerWidth markerHeight
  markerUnits refX refY orient font-family font-size font-size-adjust font-stretch font-style font-variant font-weight
  text-anchor dominant-baseline alignment-baseline baseline-shift letter-spacing word-spacing text-decoration
  text-rendering writing-mode unicode-bidi display visibility overflow clip color-interpolation
  color-interpolation-filters color-rendering image-rendering shape-rendering vector-effect paint-order pointer-events
  cursor flood-color flood-opacity lighting-color dx dy rotate textLength lengthAdjust startOffset method spacing side
  in in2 result stdDeviation mode operator k1 k2 k3 k4 radius values tableValues slope intercept amplitude exponent
  baseFrequency numOctaves seed stitchTiles surfaceScale specularConstant specularExponent diffuseConstant
  kernelMatrix order divisor bias targetX targetY edgeMode preserveAlpha scale xChannelSelector yChannelSelector azimuth
  elevation limitingConeAngle pointsAtX pointsAtY pointsAtZ z
  mathvariant mathsize mathcolor mathbackground displaystyle scriptlevel linethickness lspace rspace stretchy symmetric
  largeop movablelimits accent accentunder fence separator form minsize maxsize columnalign rowalign columnspacing
  rowspacing columnlines rowlines columnspan rowspan depth voffset notation numalign denomalign bevelled open close
  separators scriptminsize scriptsizemultiplier width height encoding`);

/** Attributes that only mean something on some elements, and would do harm on others. */
const never = list(`srcdoc href src action formaction xlink:href background poster data srcset ping`);

/** HTML elements that a picture stands for. */
export const pictured = list(`canvas video object embed`);

/**
 * @param {string} name
 * @param {string} namespace
 * @returns {string} the name that an element gets
 */
export function elementName(name, namespace) {
  if (namespace === svg) return svgElements.has(name) ? name : "g";
  if (namespace === math) return mathElements.has(name) ? name : "mrow";
  if (htmlElements.has(name) || isCustomName(name)) return name;
  if (pictured.has(name)) return "img";
  return prefix + escaped(name);
}

/** @param {string} name @returns {string} it in characters that any name may have */
export function escaped(name) {
  return name.replace(/[^\w-]/g, (character) => `-${(character.codePointAt(0) ?? 0).toString(16)}-`).toLowerCase();
}

/**
 * @param {string} name
 * @returns {boolean} whether a type selector of this name finds the same elements here
 */
export function isOwnName(name) {
  return htmlElements.has(name) || svgElements.has(name) || mathElements.has(name) || name.includes("-");
}

/** @param {string} name */
export function isCustomName(name) {
  return /^[a-z][a-z0-9._]*-[\w.-]*$/.test(name) && !name.startsWith(prefix);
}

/**
 * @param {string} name
 * @returns {string} the name that an attribute gets, empty if it gets none
 */
export function attributeName(name) {
  if (attributes.has(name)) return name;
  if (/^(data|aria)-[\w.:-]+$/.test(name)) return name;
  if (/^on/i.test(name) || name.startsWith("lk-")) return "";
  if (never.has(name)) return prefix + name.replace(":", "-");
  return prefix + escaped(name);
}
