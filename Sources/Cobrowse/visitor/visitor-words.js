/** Chooses the words for a state of the machine and for a question. */
import { fill } from "./visitor-texts.js";

/** @typedef {import("./visitor-texts.js").Texts} Texts */

/** @type {Record<string, keyof Texts>} */
const endings = {
  D: "overDeclined", T: "overTimedOut", X: "overLost", network: "overLost", unknown: "overUnknown", occupied: "overOccupied",
};

/** @param {Texts} texts @param {any} state */
function endingOf(texts, { ending, endedBy, agent }) {
  if (ending === "C" && endedBy) return endedBy === "visitor" ? texts.overYou : fill(texts.overAgent, { agent });
  return /** @type {string} */ (texts[endings[ending]]) ?? texts.overOther;
}

/** @param {Texts} texts @param {any} state */
function detailOf(texts, { isAgentAway, isAssisted, may, names }) {
  if (isAgentAway) return texts.agentAway;
  const can = isAssisted ? texts.assisted : may.includes("annotate") ? texts.pointsToo : texts.seesPage;
  return names.length > 1 ? texts.leads + " " + can : can;
}

/**
 * What the bar says; nothing where it is not shown.
 *
 * @param {Texts} texts
 * @param {any} state
 * @returns {{title: string, detail: string, key: string} | undefined}
 */
export function barWords(texts, state) {
  const agent = state.agent || texts.anAgent;
  const say = (/** @type {string} */ title, detail = "", key = "") => ({
    title: fill(title, { agent }), detail: fill(detail, { agent }), key,
  });
  switch (state.phase) {
    case "waiting": return state.isKnown ? say(texts.waiting, texts.known) : say(texts.waiting, texts.key, state.key);
    case "live": return say(fill(texts.live, { agent: state.names.join(", ") }), detailOf(texts, state));
    case "over": return state.ending === "gone" && !state.agent ? undefined : say(texts.overTitle, endingOf(texts, { ...state, agent }));
    // Opening, asking, lost and elsewhere have a text of their name; idle and terms have none.
    default: {
      const text = texts[/** @type {keyof Texts} */ (state.phase)];
      return text && say(text);
    }
  }
}

/**
 * @param {Texts} texts
 * @param {string} name  `terms`, `join`, `invite` or `assist`
 * @param {string} agentName
 * @param {string} terms  an address
 */
export function questionWords(texts, name, agentName, terms) {
  const agent = agentName || texts.anAgent;
  const all = /** @type {Record<string, string>} */ (/** @type {unknown} */ (texts));
  const hasTerms = name === "terms" || name === "invite";
  return {
    title: fill(all[name + "Title"], { agent }),
    text: fill(hasTerms ? texts.termsText : all[name + "Text"], { agent }),
    yes: all[name + "Yes"],
    no: all[name + "No"],
    link: hasTerms && /^https?:/i.test(terms) ? { href: terms, text: texts.termsLink } : undefined,
  };
}
