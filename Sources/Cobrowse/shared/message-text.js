/**
 * Splits a message into plain text and addresses that may be opened: http and https alone, without a user name that could
 * pretend to be a host.
 *
 * @param {string} text
 * @returns {{text: string, href?: string}[]}
 */
export function partsOf(text) {
  /** @type {{text: string, href?: string}[]} */
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"']+/gi)) {
    const address = match[0].replace(/[.,;:!?)\]}]+$/, "");
    if (!isPlain(address)) continue;
    const start = match.index ?? 0;
    if (start > end) parts.push({ text: text.slice(end, start) });
    parts.push({ text: address, href: address });
    end = start + address.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

/** @param {string} address */
function isPlain(address) {
  try {
    const { username, password, hostname } = new URL(address);
    return !username && !password && hostname !== "";
  } catch {
    return false;
  }
}

/**
 * A message's text as nodes, with its addresses as links that tell the other site nothing of this page.
 *
 * @param {Document} document
 * @param {string} text
 */
export function nodesOf(document, text) {
  return partsOf(text).map((part) => {
    if (!part.href) return document.createTextNode(part.text);
    const link = document.createElement("a");
    link.href = part.href;
    link.target = "_blank";
    link.rel = "noopener noreferrer nofollow";
    link.textContent = part.text;
    return link;
  });
}
