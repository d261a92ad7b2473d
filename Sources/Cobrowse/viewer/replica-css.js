import { quote, tokens } from "./replica-css-tokens.js";
import { rewriteMedia } from "./replica-media.js";
import { rewriteSelector } from "./replica-selectors.js";

/**
 * @typedef {{environment: import("./replica-media.js").VisitorEnvironment, address(id: number): string | undefined,
 *            uses?: Set<number>}} CSSContext  address: where an asset is by now; uses: collects the assets' numbers
 */
/** @typedef {import("./replica-css-tokens.js").Token} Token */

const imageFunctions = new Set(["image-set", "-webkit-image-set", "image", "src", "cross-fade", "-webkit-cross-fade"]);
/** At-rules whose blocks hold something else than rules with selectors. */
const opaque = /^(-webkit-|-moz-)?(keyframes|page|font-feature-values|font-palette-values|counter-style|property|font-face|position-try|view-transition|color-profile|function)$/;

/**
 * Rewrites one rule so that it fetches nothing and finds what the replica marks.
 * @param {string} rule
 * @param {CSSContext} context
 * @returns {string}
 */
export function rewriteRule(rule, context) {
  return rewriteBlocks(tokens(rule), context);
}

/**
 * Rewrites declarations, as in a style attribute.
 * @param {string} text
 * @param {CSSContext} context
 * @returns {string}
 */
export function rewriteDeclarations(text, context) {
  if (!/[\\@]|url|image|src\(|color-scheme/i.test(text)) return text;
  return rewriteValues(tokens(text), context);
}

/**
 * @param {Token[]} all
 * @param {CSSContext} context
 */
function rewriteBlocks(all, context) {
  let out = "";
  let start = 0;
  let depth = 0;
  /** @type {string[]} */
  const blocks = [];
  for (let index = 0; index < all.length; index++) {
    const token = all[index];
    if (token.kind === "function") depth++;
    if (token.kind !== "mark") continue;
    const mark = token.text;
    if (mark === "(" || mark === "[") depth++;
    else if (mark === ")" || mark === "]") depth = Math.max(0, depth - 1);
    else if (mark === "{") {
      const prelude = all.slice(start, index);
      blocks.push(atName(prelude));
      out += `${rewritePrelude(prelude, blocks, context)}{`;
      start = index + 1;
      depth = 0;
    } else if (mark === "}" || (mark === ";" && depth === 0)) {
      out += rewriteStatement(all.slice(start, index), context, mark);
      if (mark === "}") blocks.pop();
      start = index + 1;
      depth = 0;
    }
  }
  return out + rewriteStatement(all.slice(start), context, "");
}

/** @param {Token[]} prelude */
function atName(prelude) {
  const first = prelude.find((token) => token.kind !== "space");
  return first?.kind === "at" ? first.value.toLowerCase() : "";
}

/**
 * @param {Token[]} prelude
 * @param {string[]} blocks the names of at-rules around, this one's last
 * @param {CSSContext} context
 */
function rewritePrelude(prelude, blocks, context) {
  const name = blocks.at(-1) ?? "";
  if (blocks.slice(0, -1).some((block) => opaque.test(block))) return rewriteValues(prelude, context);
  if (name === "") return isDeclaration(prelude) ? rewriteValues(prelude, context) : rewriteSelector(prelude);
  if (name === "media") return rewriteMedia(rewriteValues(prelude, context), context.environment);
  if (name === "scope") return `@scope ${rewriteSelector(prelude.slice(prelude.findIndex((token) => token.kind === "at") + 1))}`;
  return rewriteValues(prelude, context);
}

/** @param {Token[]} prelude whether it is a custom property whose value is a block */
function isDeclaration(prelude) {
  const rest = prelude.filter((token) => token.kind !== "space");
  return rest[0]?.kind === "name" && rest[0].value.startsWith("--") && rest[1]?.text === ":";
}

/**
 * @param {Token[]} statement
 * @param {CSSContext} context
 * @param {string} mark
 */
function rewriteStatement(statement, context, mark) {
  const name = atName(statement);
  if (name === "import" || name === "charset") return mark === "}" ? "}" : "";
  if (name === "namespace") return `${statement.map(namespaceText).join("")}${mark}`;
  return rewriteValues(statement, context) + mark;
}

/** @param {Token} token */
function namespaceText(token) {
  return token.kind === "url" ? quote(token.value) : token.text;
}

/**
 * @param {Token[]} all
 * @param {CSSContext} context
 */
function rewriteValues(all, context) {
  let out = "";
  /** @type {boolean[]} whether each open bracket is that of a picture's function */
  const brackets = [];
  const scheme = all.find((token) => token.kind !== "space");
  const setsScheme = scheme?.kind === "name" && scheme.value.toLowerCase() === "color-scheme";
  for (let index = 0; index < all.length; index++) {
    const token = all[index];
    if (token.kind === "url") out += addressText(token.value, context);
    else if (token.kind === "function") {
      const isImage = imageFunctions.has(token.value);
      brackets.push(isImage);
      out += isImage && (token.value === "src" || hasVariable(all, index)) ? "lk-none(" : token.text;
    } else if (token.text === "(") {
      brackets.push(brackets.at(-1) === true);
      out += token.text;
    } else if (token.text === ")") {
      brackets.pop();
      out += token.text;
    } else if (token.kind === "string") out += brackets.at(-1) === true ? addressText(token.value, context) : token.text;
    else out += token.text;
  }
  return setsScheme ? visitorScheme(out, context) : out.includes("color-scheme") ? out.replace(/(^|;)\s*color-scheme:[^;]*/g, (part) => visitorScheme(part, context)) : out;
}

/**
 * @param {string} text
 * @param {CSSContext} context
 */
function visitorScheme(text, context) {
  if (!/\blight\b/.test(text) || !/\bdark\b/.test(text)) return text;
  return text.replace(/\blight\b/, "").replace(/\bdark\b/, context.environment.dark ? "dark" : "light");
}

/**
 * @param {Token[]} all
 * @param {number} start
 */
function hasVariable(all, start) {
  let depth = 1;
  for (let index = start + 1; index < all.length && depth > 0; index++) {
    const token = all[index];
    if (token.kind === "function") {
      if (/^(var|attr|env|if|inherit|--.*)$/.test(token.value)) return true;
      depth++;
    } else if (token.text === "(") depth++;
    else if (token.text === ")") depth--;
  }
  return false;
}

/**
 * @param {string} value
 * @param {CSSContext} context
 */
function addressText(value, context) {
  return `url(${quote(safeAddress(value, context))})`;
}

/**
 * @param {string} value what stands for an address
 * @param {CSSContext} context
 * @returns {string} an address that fetches nothing but what is allowed
 */
export function safeAddress(value, context) {
  if (/^#[^\s"'<>]*$/.test(value)) return value;
  const asset = /^latchkey:(\d{1,15})(#.*)?$/s.exec(value);
  if (asset !== null) {
    context.uses?.add(Number(asset[1]));
    const address = context.address(Number(asset[1]));
    return address === undefined ? "data:," : address + (asset[2] ?? "");
  }
  return /^data:(image\/(png|jpeg|jpg|gif|webp|avif|bmp|x-icon|vnd\.microsoft\.icon|svg\+xml)|font\/[\w-]+|application\/(x-)?font[\w-]*)[;,]/i.test(value)
    ? value
    : "data:,";
}

