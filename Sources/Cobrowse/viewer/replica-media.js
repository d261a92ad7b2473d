import { Environment } from "../shared/ops.js";

/** @typedef {{features: number, dark: boolean, ratio: number, scheme: string}} VisitorEnvironment */

const always = "(min-width:0px)";
const never = "(max-width:-1px)";
const feature =
  /\(\s*(prefers-color-scheme|prefers-reduced-motion|prefers-contrast|prefers-reduced-transparency|forced-colors|(?:any-)?hover|(?:any-)?pointer)\s*(?::\s*([\w-]+)\s*)?\)/gi;
const resolution = /\(\s*(?:-webkit-)?(min-|max-)?(resolution|device-pixel-ratio)\s*:\s*([\d.]+)\s*(dppx|x|dpi|dpcm)?\s*\)/gi;
const range = /\(\s*resolution\s*(<=|>=|<|>|=)\s*([\d.]+)\s*(dppx|x|dpi|dpcm)\s*\)/gi;

/**
 * Decides the media features that are a matter of the visitor's device.
 * @param {string} query a media query list
 * @param {VisitorEnvironment} environment
 * @returns {string}
 */
export function rewriteMedia(query, environment) {
  let text = query
    .replace(feature, (_, name, value) => (holds(name.toLowerCase(), value?.toLowerCase(), environment) ? always : never))
    .replace(/\(\s*-webkit-(min|max)-device-pixel-ratio/gi, (_, bound) => `(${bound}-device-pixel-ratio`)
    .replace(resolution, (_, bound, name, number, unit) => {
      return compare(bound === "min-" ? ">=" : bound === "max-" ? "<=" : "=", inRatio(number, unit), environment.ratio);
    })
    .replace(range, (_, mark, number, unit) => compare(mark, inRatio(number, unit), environment.ratio));
  if (environment.features & Environment.print) {
    text = text.replace(/\b(print|screen)\b(?![^(]*\))/gi, (type) => (type.toLowerCase() === "print" ? "screen" : "print"));
  }
  return text;
}

/**
 * @param {string} name
 * @param {string | undefined} value
 * @param {VisitorEnvironment} environment
 */
function holds(name, value, environment) {
  const has = (/** @type {number} */ bit) => (environment.features & bit) !== 0;
  switch (name.replace("any-", "")) {
    case "prefers-color-scheme":
      return value === undefined || (value === "dark") === has(Environment.dark);
    case "prefers-reduced-motion":
      return value === "no-preference" ? !has(Environment.reducedMotion) : has(Environment.reducedMotion);
    case "prefers-reduced-transparency":
      return value === "no-preference" ? !has(Environment.reducedTransparency) : has(Environment.reducedTransparency);
    case "prefers-contrast":
      return value === "no-preference" ? !has(Environment.moreContrast) : value !== "less" && has(Environment.moreContrast);
    case "forced-colors":
      return value === "none" ? !has(Environment.forcedColors) : has(Environment.forcedColors);
    case "hover":
      return value === "none" ? !has(Environment.hover) : has(Environment.hover);
    default:
      return pointerHolds(value, has(Environment.finePointer), has(Environment.coarsePointer));
  }
}

/**
 * @param {string | undefined} value
 * @param {boolean} fine
 * @param {boolean} coarse
 */
function pointerHolds(value, fine, coarse) {
  if (value === "none") return !fine && !coarse;
  if (value === "coarse") return coarse;
  return value === "fine" ? fine : fine || coarse;
}

/**
 * @param {string} number
 * @param {string | undefined} unit
 */
function inRatio(number, unit) {
  const value = Number(number);
  if (unit?.toLowerCase() === "dpi") return value / 96;
  return unit?.toLowerCase() === "dpcm" ? (value * 2.54) / 96 : value;
}

/**
 * @param {string} mark
 * @param {number} wanted
 * @param {number} actual
 */
function compare(mark, wanted, actual) {
  const difference = actual - wanted;
  const isSame = Math.abs(difference) < 0.005;
  if (mark === "=") return isSame ? always : never;
  const holdsNow = mark.startsWith(">") ? difference > 0 || (isSame && mark === ">=") : difference < 0 || (isSame && mark === "<=");
  return holdsNow ? always : never;
}
