// LoginKey, version 1, with WebCrypto: for workers and other places that have no Node. Needs https or localhost.
// Whoever sees the API key can sign in as anyone: never send it to a page. See "The browser sample" in ../README.md.

// expires: Unix seconds, as a number or its ten digits. The ids are signed as they are, decoded and untrimmed.
export async function makeLoginKey(apiKey, partnerId, partnerUserId, expires) {
  if (!apiKey) throw new Error("the API key is empty");
  if (!/^[1-9][0-9]{9}$/.test(expires)) throw new Error("expires is Unix seconds, 10 digits (not milliseconds)");
  const utf8 = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", utf8.encode(apiKey), algorithm, false, ["sign"]);
  const message = utf8.encode(`${partnerId}${partnerUserId}1${expires}`);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, message));
  const signature = btoa(String.fromCharCode(...mac)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `$1$${expires}$${signature}`;
}
