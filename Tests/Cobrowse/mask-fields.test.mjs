import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./modules.mjs";

const { isSensitive } = await load("visitor/mask-fields.js");

/** @param {object} field */
const described = (field) => ({ type: "text", autocomplete: "", pattern: "", inputMode: "", maxLength: "", texts: [], ...field });

const names = [
  "password", "newPassword", "passwd", "passphrase", "kennwort", "Passwort", "mot de passe", "cardnumber", "cardNumber", "card[number]",
  "card_no", "ccnum", "cc-number", "cc", "creditCard", "Credit card number", "Debit card", "Kartennummer", "Kreditkarte", "Karteninhaber",
  "numéro de carte", "Carte bancaire", "Name on card", "cardholder", "PAN", "cvv", "CVV2", "cvc", "csc", "cid", "securityCode", "Security code",
  "Sicherheitscode", "Prüfziffer", "Prüfnummer", "cryptogramme", "Code de sécurité", "expiry", "exp", "exp-month", "expirationDate", "Expires",
  "cc-exp", "cardExpiry", "Valid thru", "Gültig bis", "Ablaufdatum", "MM / YY", "MM/JJ", "otp", "one-time code", "oneTimeCode", "Einmalcode",
  "2fa", "mfaCode", "totp", "tan", "mTAN", "pin", "authCode", "sms_code", "verification code", "iban", "BIC", "account number",
  "routing number", "sort code", "Kontonummer", "ssn", "Social security number", "taxId", "passport number", "national id",
];
const open = [
  "name", "firstName", "email", "phone", "street", "city", "zip", "postcode", "country", "company", "quantity", "search", "q", "comment",
  "Ablauf der Feier", "discount code", "promo_code", "coupon", "experience", "export", "explanation", "expert", "expected date", "Card title", "business card",
  "shopping", "spinner", "opinion", "pinboard", "standard", "tangent", "cancel", "companion", "Panel", "accident", "accept", "success",
  "passenger", "compass", "cityCode", "countryCode", "description", "biography", "Birthday", "discard", "wildcard", "incident", "Vacation",
];
const tokens = [
  "cc-number", "cc-csc", "cc-exp", "cc-exp-month", "cc-exp-year", "cc-name", "cc-given-name", "cc-additional-name", "cc-family-name", "cc-type",
  "one-time-code", "current-password", "new-password", "section-a billing cc-number", "CC-Number",
];

test("fields are known by their names, labels and placeholders", () => {
  for (const name of names) assert.ok(isSensitive(described({ texts: [name] })), name);
});

test("other fields are not taken for sensitive ones", () => {
  for (const name of open) assert.ok(!isSensitive(described({ texts: [name] })), name);
});

test("every token of autocomplete for cards and codes counts, and no other", () => {
  for (const autocomplete of tokens) assert.ok(isSensitive(described({ autocomplete })), autocomplete);
  for (const autocomplete of ["name", "email", "tel", "postal-code", "username", "bday", "off", ""]) {
    assert.ok(!isSensitive(described({ autocomplete })), autocomplete);
  }
});

test("fields are known by what their pattern accepts", () => {
  for (const pattern of ["[0-9]{13,19}", "[\\d ]{16,22}", "(\\d{4} ?){4}", "\\d{4}-\\d{4}-\\d{4}-\\d{4}", "\\d{3}", "\\d{3,4}", "[0-9]{3,4}"]) {
    assert.ok(isSensitive(described({ pattern })), pattern);
  }
  assert.ok(isSensitive(described({ pattern: "\\d{6}", inputMode: "numeric" })));
  for (const pattern of ["", ".*", "\\d+", "\\d{5}", "\\d{1,20}", "[a-z]{3,16}", "[0-9]{10,12}", "\\d{4}", "(", "\\d{6}", ".{8,}"]) {
    assert.ok(!isSensitive(described({ pattern })), pattern);
  }
});

test("the kind of field decides too", () => {
  assert.ok(isSensitive(described({ maxLength: "1", inputMode: "numeric" })), "one digit of a code");
  assert.ok(!isSensitive(described({ maxLength: "1" })), "one letter");
  assert.ok(isSensitive(described({ type: "password" })));
  for (const type of ["tel", "number", "hidden", "month", "search"]) assert.ok(isSensitive(described({ type, texts: ["cvv"] })), type);
  for (const type of ["checkbox", "radio", "submit", "range", "color"]) assert.ok(!isSensitive(described({ type, texts: ["pin"] })), type);
});

test("the name of a file that a sensitive field holds is not shown", () => {
  assert.ok(isSensitive(described({ type: "file", texts: ["passport number"] })));
  assert.ok(!isSensitive(described({ type: "file", texts: ["photo of the parcel"] })));
  assert.ok(!isSensitive(described({ type: "checkbox", texts: ["passport number"] })));
});
