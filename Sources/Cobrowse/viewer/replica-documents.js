const doctypes = [
  "",
  '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">',
  "<!DOCTYPE html>",
];

/**
 * Empties a document. Its mode is that of a document type, which only a parser can give it.
 * @param {any} document
 * @param {number} mode 0 quirks, 1 limited quirks, 2 standards
 * @param {boolean} isLoaded whether it has been loaded in its mode
 */
export function openDocument(document, mode, isLoaded) {
  if (!isLoaded) {
    document.open();
    document.write(`${doctypes[mode] ?? doctypes[2]}<html></html>`);
    document.close();
  }
  document.documentElement?.remove();
  document.adoptedStyleSheets = [];
  document.defaultView?.CSS?.highlights?.clear();
}

/**
 * @param {any} document
 * @param {number} mode
 * @param {{standards: string, limited: string, quirks: string} | undefined} documents
 * @returns {string | undefined} the address of the document to load, if another one is needed
 */
export function wantedDocument(document, mode, documents) {
  if (documents === undefined) return undefined;
  const isQuirks = document.compatMode === "BackCompat";
  const isLimited = !isQuirks && (document.doctype?.publicId ?? "") !== "";
  const current = isQuirks ? 0 : isLimited ? 1 : 2;
  if (current === mode) return undefined;
  return [documents.quirks, documents.limited, documents.standards][mode];
}

/**
 * Makes the page's canvas opaque, as that of a page in a window is, so that colours on it are blended and rounded alike. In a
 * frame it is opaque only where the page's colour scheme is another one than the frame's (CSS Color Adjustment, section 2.4).
 * @param {HTMLIFrameElement} frame in the viewer's own page
 */
export function makeCanvasOpaque(frame) {
  const root = frame.contentDocument?.documentElement;
  if (!root || frame.ownerDocument !== globalThis.document) return;
  frame.style.colorScheme = /\bdark\b/.test(getComputedStyle(root).colorScheme) ? "light" : "dark";
}
