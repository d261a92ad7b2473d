import { attributeName, escaped, isOwnName, pictured, prefix } from "./replica-allow.js";
import { quote } from "./replica-css-tokens.js";

/** @typedef {import("./replica-css-tokens.js").Token} Token */

/** Pseudo-classes of a state that the replica marks by an attribute. */
const marks = new Map([
  ["hover", "[lk-hover]"],
  ["active", "[lk-active]"],
  ["focus", "[lk-focus]"],
  ["focus-visible", "[lk-focus-visible]"],
  ["focus-within", "[lk-focus-within]"],
  ["target", "[lk-target]"],
  ["defined", ":not([lk-undefined])"],
  ["fullscreen", "[lk-fullscreen]"],
  ["-webkit-full-screen", "[lk-fullscreen]"],
  ["autofill", "[lk-autofill]"],
  ["-webkit-autofill", "[lk-autofill]"],
  ["disabled", ":is(:disabled,[lk-disabled])"],
  ["enabled", ":enabled:not([lk-disabled])"],
  ["invalid", ":is(:invalid,[lk-invalid])"],
  ["valid", ":is(:valid,[lk-valid])"],
  ["open", ":is(:open,[lk-open])"],
  ["user-invalid", "[lk-user-invalid]"],
  ["user-valid", "[lk-user-valid]"],
]);

/** Functions that take selectors. */
const selectorFunctions = new Set([
  "is", "where", "not", "has", "host", "host-context", "slotted", "matches", "-webkit-any", "cue", "current",
]);

/**
 * Rewrites a selector list so that it finds in the replica what it finds in the page.
 * @param {Token[]} all
 * @returns {string}
 */
export function rewriteSelector(all) {
  let out = "";
  let atStart = true;
  let afterElement = false;
  /** @type {boolean[]} whether selectors are in each open bracket */
  const brackets = [];
  for (let index = 0; index < all.length; index++) {
    const token = all[index];
    const inSelector = brackets.at(-1) !== false;
    const { text } = token;
    if (text === "[" && inSelector) {
      const end = all.findIndex((other, position) => position > index && other.text === "]");
      out += attributeSelector(all.slice(index + 1, end < 0 ? all.length : end));
      index = end < 0 ? all.length : end;
      atStart = false;
    } else if (text === ":" && inSelector) {
      const isElement = all[index + 1]?.text === ":";
      const name = all[index + (isElement ? 2 : 1)];
      const rewritten = name === undefined ? undefined : pseudo(name, isElement, afterElement, all, index);
      if (rewritten !== undefined) {
        out += rewritten.text;
        index = rewritten.index;
      } else {
        out += isElement ? "::" : ":";
        index += isElement ? 1 : 0;
        if (name !== undefined && name.kind === "name") {
          out += name.text;
          index++;
        }
      }
      afterElement = afterElement || isElement;
      atStart = false;
    } else if (token.kind === "function") {
      brackets.push(selectorFunctions.has(token.value));
      out += text;
      atStart = true;
      afterElement = false;
    } else if (text === "(") {
      brackets.push(inSelector);
      out += text;
      atStart = true;
    } else if (text === ")") {
      brackets.pop();
      out += text;
      atStart = false;
    } else if (token.kind === "space" || /^[>+~,|]$/.test(text)) {
      out += text;
      atStart = true;
      afterElement = false;
    } else if (token.kind === "name" && atStart && inSelector) {
      out += typeSelector(token);
      atStart = false;
    } else {
      out += token.kind === "url" ? "" : text;
      atStart = false;
    }
  }
  return out;
}

/** @param {Token} token */
function typeSelector(token) {
  const name = token.value.toLowerCase();
  if (pictured.has(name)) return `img:where([lk-as=${name}])`;
  if (name === "img") return "img:where(:not([lk-as]))";
  return isOwnName(name) || isOwnName(token.value) || name === "to" || name === "from" ? token.text : prefix + escaped(name);
}

/**
 * @param {Token} name
 * @param {boolean} isElement
 * @param {boolean} afterElement
 * @param {Token[]} all
 * @param {number} index
 * @returns {{text: string, index: number} | undefined}
 */
function pseudo(name, isElement, afterElement, all, index) {
  const lower = name.value.toLowerCase();
  if (isElement) {
    return lower === "selection" ? { text: "::highlight(lk-selection)", index: index + 2 } : undefined;
  }
  if (afterElement) return undefined;
  if (name.kind === "name") {
    const mark = marks.get(lower);
    if (mark !== undefined) return { text: mark, index: index + 1 };
    return name.value.startsWith("--") ? { text: `[lk-state~=${quote(name.value.slice(2))}]`, index: index + 1 } : undefined;
  }
  if (name.kind === "function" && name.value === "state") {
    const end = all.findIndex((other, position) => position > index && other.text === ")");
    const inner = all.slice(index + 2, end < 0 ? all.length : end).find((token) => token.kind === "name");
    return { text: `[lk-state~=${quote(inner?.value ?? "")}]`, index: end < 0 ? all.length : end };
  }
  return undefined;
}

/** @param {Token[]} inner what is between the brackets */
function attributeSelector(inner) {
  const name = inner.find((token) => token.kind === "name");
  const position = name === undefined ? -1 : inner.indexOf(name);
  if (name === undefined || inner.some((token) => token.text === "|" && inner.indexOf(token) < position + 2 && inner[inner.indexOf(token) + 1]?.text !== "=")) {
    return `[${inner.map((token) => token.text).join("")}]`;
  }
  const given = attributeName(name.value) || attributeName(name.value.toLowerCase());
  const rest = inner.slice(position + 1).map((token) => (token.kind === "url" ? "" : token.text)).join("");
  return `[${given === name.value ? name.text : given || "lk-none"}${rest}]`;
}
