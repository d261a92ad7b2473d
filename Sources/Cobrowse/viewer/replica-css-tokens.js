/**
 * @typedef {{kind: "space" | "string" | "name" | "function" | "url" | "at" | "hash" | "mark", text: string,
 *            value: string}} Token  value: what the token says, without escapes
 */

const pattern = new RegExp(
  [
    "(\\/\\*[^]*?(?:\\*\\/|$))",
    "(\\s+)",
    '("(?:[^"\\\\\\n]|\\\\[^])*"?)',
    "('(?:[^'\\\\\\n]|\\\\[^])*'?)",
    "([@#]?(?:--|-?(?:[A-Za-z_\\u0080-\\uffff]|\\\\[^\\n]))(?:[\\w\\-\\u0080-\\uffff]|\\\\[^\\n])*\\(?)",
    "([\\d.]+(?:e[+-]?\\d+)?(?:[A-Za-z%]|\\\\[^\\n])*)",
    "([^])",
  ].join("|"),
  "giy",
);

/**
 * Takes CSS apart. Comments are left out.
 * @param {string} css
 * @returns {Token[]}
 */
export function tokens(css) {
  /** @type {Token[]} */
  const result = [];
  pattern.lastIndex = 0;
  let match = pattern.exec(css);
  while (match !== null && match[0] !== "") {
    const at = pattern.lastIndex;
    const end = add(result, match, css, at);
    pattern.lastIndex = end;
    match = end >= css.length ? null : pattern.exec(css);
  }
  return result;
}

/**
 * @param {Token[]} result
 * @param {RegExpExecArray} match
 * @param {string} css
 * @param {number} at where the token ends
 * @returns {number} where the next one begins
 */
function add(result, match, css, at) {
  const text = match[0];
  if (match[1] !== undefined) {
    result.push({ kind: "space", text: " ", value: " " });
  } else if (match[2] !== undefined) result.push({ kind: "space", text: " ", value: " " });
  else if (match[3] !== undefined || match[4] !== undefined) result.push(stringToken(text));
  else if (match[5] !== undefined) return addName(result, text, css, at);
  else result.push({ kind: "mark", text, value: text });
  return at;
}

/** @param {string} text */
function stringToken(text) {
  const closed = text.length > 1 && text.at(-1) === text[0] ? text.slice(1, -1) : text.slice(1);
  const value = unescape(closed);
  return { kind: /** @type {const} */ ("string"), text: quote(value), value };
}

/**
 * @param {Token[]} result
 * @param {string} text
 * @param {string} css
 * @param {number} at
 */
function addName(result, text, css, at) {
  const isFunction = text.endsWith("(") && !text.endsWith("\\(");
  const body = isFunction ? text.slice(0, -1) : text;
  const first = text[0];
  if (first === "@" || first === "#") {
    const value = unescape(body.slice(1));
    result.push({ kind: first === "@" ? "at" : "hash", text: body, value });
    if (isFunction) result.push({ kind: "mark", text: "(", value: "(" });
    return at;
  }
  const value = unescape(body);
  if (!isFunction) {
    result.push({ kind: "name", text, value });
    return at;
  }
  const lower = value.toLowerCase();
  if (lower === "url" || lower === "url-prefix" || lower === "domain") return addURL(result, css, at);
  result.push({ kind: "function", text, value: lower });
  return at;
}

/**
 * @param {Token[]} result
 * @param {string} css
 * @param {number} at
 */
function addURL(result, css, at) {
  const inner = /\s*(?:"((?:[^"\\\n]|\\[^])*)"|'((?:[^'\\\n]|\\[^])*)'|((?:[^)\\]|\\[^])*))\s*(?:\)|$)/y;
  inner.lastIndex = at;
  const match = inner.exec(css);
  if (match === null) {
    result.push({ kind: "url", text: 'url("data:,")', value: "data:," });
    const close = css.indexOf(")", at);
    return close < 0 ? css.length : close + 1;
  }
  const value = unescape((match[1] ?? match[2] ?? match[3] ?? "").trim());
  result.push({ kind: "url", text: "", value });
  return inner.lastIndex;
}

/**
 * @param {string} text
 * @returns {string}
 */
export function unescape(text) {
  if (!text.includes("\\")) return text;
  return text.replace(/\\(?:([0-9a-f]{1,6})\s?|(\n)|([^]))/gi, (_, code, newline, character) => {
    if (newline !== undefined) return "";
    if (code === undefined) return character;
    const point = parseInt(code, 16);
    return point === 0 || point > 0x10ffff || (point >= 0xd800 && point < 0xe000) ? "\ufffd" : String.fromCodePoint(point);
  });
}

/**
 * @param {string} value
 * @returns {string} a string of CSS that says this
 */
export function quote(value) {
  return `"${value.replace(/["\\]/g, "\\$&").replace(/\n/g, "\\a ").replace(/\r/g, "\\d ").replace(/\f/g, "\\c ")}"`;
}
