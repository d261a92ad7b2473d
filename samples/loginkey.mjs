// LoginKey, version 1, for Node. LATCHKEY_API_KEY=... node loginkey.mjs PARTNER_ID PARTNER_USER_ID EXPIRES
import { createHmac } from "node:crypto";
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

// expires: Unix seconds, as a number or its ten digits. The ids are signed as they are, decoded and untrimmed.
export function makeLoginKey(apiKey, partnerId, partnerUserId, expires) {
  if (!apiKey) throw new Error("the API key is empty");
  if (!/^[1-9][0-9]{9}$/.test(expires)) throw new Error("expires is Unix seconds, 10 digits (not milliseconds)");
  const signature = createHmac("sha256", apiKey)
    .update(`${partnerId}${partnerUserId}1${expires}`, "utf8")
    .digest("base64url");
  return `$1$${expires}$${signature}`;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [partnerId, partnerUserId, expires] = process.argv.slice(2);
  try {
    console.log(makeLoginKey(process.env.LATCHKEY_API_KEY, partnerId, partnerUserId, expires));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
