/** Which fields hold what must never be shown, whatever the site's settings are. */

const autocomplete = /(^|\s)(cc-[a-z-]+|one-time-code|current-password|new-password)(\s|$)/;
const words = new RegExp(
  [
    "passw(or)?d|passphrase|passcode|kennwort|passwort|mot.?de.?passe",
    "(credit|debit|bank|payment).?card|card.?(num|no\\b|nr|#|code|holder|verif|cvc|cvv|sec|exp)|name.?on.?card|cc.?(num|name|exp|month|year)",
    "kredit.?karte|karten.?(n|inh|pr)|(num|titulaire).*carte|carte.?(bancaire|de.?cr)",
    "\\bpan\\b|\\bcc.?(n|no|nr|csc|cvc|cvv)?\\b|\\bcv[cv]2?\\b|\\bcid\\b|\\bcsc\\b|cvc|cvv|(security|sicherheits).?(code|num)",
    "verification.?(code|value|num)|pr[üu]f(ziffer|nummer)|cryptogramme|code.?de.?s[ée]curit",
    "\\bexp(iry|iration|ires)?\\b(?!.?(level|points))|valid.?(thru|until)|g[üu]ltig.?bis|ablauf.?(dat|mon|jahr)|\\bmm ?/ ?(yy|jj|aa)",
    "\\botp\\b|one.?time|einmal.?(code|pass|kenn)|2fa|mfa.?code|totp|\\bm?tan\\b|\\bp(in|uk)\\b|(auth|login|sms|access).?(code|token)",
    "\\biban\\b|\\bbic\\b|account.?num|routing.?num|sort.?code|konto.?nummer",
    "\\bssn\\b|social.?sec|tax.?id|passport.?n|national.?id",
  ].join("|"),
  "i",
);
const textTypes = new Set(["text", "tel", "number", "search", "email", "url", "password", "hidden", "month", "file", ""]);
/** What fields for card numbers, security codes and one-time codes accept, and what none of them does. */
const samples = [
  { accepts: ["4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111"], refuses: ["12345", "aaaaaaaaaaaaaaaa"] },
  { accepts: ["123"], refuses: ["12", "12345", "aaa"] },
  { accepts: ["123456"], refuses: ["12345", "123456789", "aaaaaa"], isNumeric: true },
];

/**
 * @typedef {{type: string, autocomplete: string, pattern: string, inputMode: string, maxLength: string, texts: string[]}} FieldDescription  what is known of a field; texts: name, id, labels, placeholder…
 */

/**
 * @param {FieldDescription} field
 * @returns {boolean} whether what the field holds must not be shown
 */
export function isSensitive(field) {
  if (field.type === "password") return true;
  if (!textTypes.has(field.type)) return false;
  return isNamedSensitive(field) || isPatternSensitive(field);
}

/** @param {FieldDescription} field */
function isNamedSensitive(field) {
  if (autocomplete.test(field.autocomplete.toLowerCase())) return true;
  return field.texts.some((text) => text !== "" && words.test(text.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/[_\-.[\]]+/g, " ")));
}

/** @param {FieldDescription} field */
function isPatternSensitive(field) {
  // One digit of several, each in a field of its own.
  if (field.maxLength === "1" && (field.inputMode === "numeric" || /^(tel|number|password)$/.test(field.type))) return true;
  if (field.pattern === "" || field.pattern.length > 200) return false;
  try {
    const pattern = new RegExp(`^(?:${field.pattern})$`, "u");
    return samples.some(({ accepts, refuses, isNumeric }) => {
      if (isNumeric && field.inputMode !== "numeric") return false;
      return accepts.some((text) => pattern.test(text)) && !refuses.some((text) => pattern.test(text));
    });
  } catch {
    return false;
  }
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
    inputMode: attribute("inputmode"),
    maxLength: attribute("maxlength"),
    texts,
  };
}
