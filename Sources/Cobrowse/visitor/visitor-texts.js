/** The words of the visitor's side, a file for each language. */

/** @typedef {typeof import("./lang-en.js").default} Texts */

const languages = ["en", "de", "fr"];

/**
 * @param {string} wanted  a language tag, such as `de-AT`
 * @returns {Promise<Texts>}
 */
export async function loadTexts(wanted) {
  const language = wanted.toLowerCase().split("-")[0];
  const module = await import(languages.includes(language) ? `./lang-${language}.js` : "./lang-en.js");
  return module.default;
}

/**
 * Puts values into a text: `{name}` is replaced by the value of that name.
 *
 * @param {string} text
 * @param {Record<string, string>} values
 */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
