/** Which fields hold what must never be shown, whatever the site's settings are. */

const autocomplete = /(^|\s)(cc-(?!type|exp-(?:month|year)$)[a-z-]+|cc-exp|one-time-code|current-password|new-password)(\s|$)/;
const words = new RegExp(
  [
    "passw(or)?d|passphrase|passcode|kennwort|passwort|mot.?de.?passe",
    "credit.?card|debit.?card|card.?(num|no\\b|nr|#|code|holder.?num|verif)|cardnumber|ccnum|cc.?number|karten.?n|num.*carte",
    "\\bpan\\b|\\bcc.?(n|no|nr|num|csc|cvc|cvv)?\\b|\\bcv[cv]2?\\b|\\bcid\\b|\\bcsc\\b|cvc|cvv|security.?code|verification.?(code|value)",
    "card.?(cvc|cvv|sec)|pr[üu]fziffer|cryptogramme|exp(iry|iration).?(date|month|year)|valid.?(thru|until)",
    "\\botp\\b|one.?time|2fa|mfa.?code|totp|\\btan\\b|\\bpin\\b|auth.?code|sms.?code",
    "\\biban\\b|\\bbic\\b|account.?num|routing.?num|sort.?code|kontonummer",
    "\\bssn\\b|social.?sec|tax.?id|passport.?n|national.?id",
  ].join("|"),
  "i",
);
/** Patterns of fields for 13 to 19 digits, 3 or 4 digits, 6 digits: card numbers, security codes, one-time codes. */
const patterns = /\\d|\[0-9\]/;
const textTypes = new Set(["text", "tel", "number", "search", "email", "url", "password", ""]);

/**
 * @typedef {{type: string, autocomplete: string, pattern: string, maxLength: number, inputMode: string,
 *            texts: string[]}} FieldDescription  what is known of a field; texts: name, id, labels, placeholder…
 */

/**
 * @param {FieldDescription} field
 * @returns {boolean} whether what the field holds must not be shown
 */
export function isSensitive(field) {
  if (field.type === "password") return true;
  if (!textTypes.has(field.type)) return field.type === "month" && isNamedSensitive(field);
  return isNamedSensitive(field) || isPatternSensitive(field);
}

/** @param {FieldDescription} field */
function isNamedSensitive(field) {
  if (autocomplete.test(field.autocomplete.toLowerCase())) return true;
  return field.texts.some((text) => text !== "" && words.test(text.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/[_\-.[\]]+/g, " ")));
}

/** @param {FieldDescription} field */
function isPatternSensitive(field) {
  if (!patterns.test(field.pattern)) return false;
  const limits = /\{(\d+)(?:,(\d+))?\}/.exec(field.pattern);
  if (limits === null) return false;
  const most = Number(limits[2] ?? limits[1]);
  const least = Number(limits[1]);
  const isCard = most >= 13 && most <= 23 && least >= 4;
  const isCode = (most === 3 && least === 3) || (most === 4 && least === 3);
  const isOneTime = least === 6 && most <= 8 && field.inputMode === "numeric";
  return isCard || isCode || isOneTime;
}

/**
 * @param {any} field an `input`, `textarea` or `select`
 * @returns {FieldDescription}
 */
export function describeField(field) {
  /** @param {string} name */
  const attribute = (name) => field.getAttribute(name) ?? "";
  const texts = [attribute("name"), attribute("id"), attribute("aria-label"), attribute("placeholder"), attribute("title")];
  for (const name of ["data-stripe", "data-recurly", "data-braintree-name", "data-encrypted-name", "x-autocompletetype"]) {
    if (field.hasAttribute(name)) texts.push(`${name} ${attribute(name)}`, name === "data-encrypted-name" ? "card number" : "");
  }
  for (const label of field.labels ?? []) texts.push(label.textContent.slice(0, 200));
  for (const id of attribute("aria-labelledby").split(/\s+/)) {
    const label = id === "" ? null : field.getRootNode().getElementById?.(id);
    if (label) texts.push(label.textContent.slice(0, 200));
  }
  return {
    type: field.localName === "input" ? field.type : "text",
    autocomplete: attribute("autocomplete"),
    pattern: attribute("pattern"),
    maxLength: Number(attribute("maxlength")) || 0,
    inputMode: attribute("inputmode"),
    texts,
  };
}
