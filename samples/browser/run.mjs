// Runs the browser sample under Node. LATCHKEY_API_KEY=... node run.mjs PARTNER_ID PARTNER_USER_ID EXPIRES
import { webcrypto } from "node:crypto";
import { makeLoginKey } from "./loginkey.mjs";

globalThis.crypto ??= webcrypto; // Node 18 has WebCrypto, but not under its global name.
const [partnerId, partnerUserId, expires] = process.argv.slice(2);
try {
  console.log(await makeLoginKey(process.env.LATCHKEY_API_KEY, partnerId, partnerUserId, expires));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
