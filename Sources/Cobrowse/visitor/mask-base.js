/**
 * What stands for a masked text, value or string, whatever its length: there is one size, so that neither a snapshot nor
 * a batch of changes tells how long a secret is. Nothing is sent either when a masked text is replaced by another one, so
 * that the number of batches does not tell it.
 */
export const placeholder = "••••••";

/**
 * @param {import("./capture-platform.js").Platform} platform
 * @param {any} node
 * @returns {any} what it is in, through shadow roots and frames
 */
export function outer(platform, node) {
  return platform.parentNode(node) ?? node.host ?? node.defaultView?.frameElement;
}
