// LoginKey, version 2. LATCHKEY_API_KEY=... node loginkey2.mjs GROUP USER EXPIRES KEY_ID AUDIENCE COMMAND [SESSION_KEY]
import { createHmac, randomBytes, sign } from "node:crypto";
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

const form =
  /^\$2\$\w+\$[1-9][0-9]{0,17}\$[1-9][0-9]{9}\$[\w-]{22}\$[a-z]+(:[\w.~-]{1,63})?@[a-z0-9.:[\]-]{1,255}$/;

// apiKey: an API key, or an Ed25519 private key in PEM. purpose: a command, or command:session key.
export function makeLoginKey(apiKey, partnerId, partnerUserId, expires, keyId, audience, purpose) {
  const isPEM = apiKey?.startsWith("-----BEGIN");
  const nonce = randomBytes(16).toString("base64url");
  const signed = `$2$${isPEM ? "Ed25519" : "HS256"}$${keyId}$${expires}$${nonce}$${purpose}@${audience}`;
  if (!apiKey) throw new Error("the API key is empty");
  if (!form.test(signed)) throw new Error("a malformed expires (10 digits, seconds), key id, audience or session key");
  const message = `LoginKey-2\n${signed}\n${partnerId}\n${partnerUserId}`;
  const signature = isPEM
    ? sign(null, Buffer.from(message, "utf8"), apiKey)
    : createHmac("sha256", apiKey).update(message, "utf8").digest();
  return `${signed}$${signature.toString("base64url")}`;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [partnerId, partnerUserId, expires, keyId, audience, ...purpose] = process.argv.slice(2);
  try {
    const key = process.env.LATCHKEY_API_KEY;
    console.log(makeLoginKey(key, partnerId, partnerUserId, expires, keyId, audience, purpose.join(":")));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
