/**
 * Makes the frame in which the visitor's page is rebuilt: a document of its own, whose policy runs no script and fetches
 * nothing, in a sandbox without scripts.
 *
 * @param {HTMLElement} sheet
 * @returns {Promise<HTMLIFrameElement>} when its document is there
 */
export function createFrame(sheet) {
  const frame = document.createElement("iframe");
  frame.id = "replica";
  frame.title = "The visitor's page";
  frame.tabIndex = -1;
  frame.setAttribute("sandbox", "allow-same-origin");
  frame.referrerPolicy = "no-referrer";
  frame.src = "/cobrowse/frame";
  return new Promise((resolve) => {
    frame.addEventListener("load", () => resolve(frame), { once: true });
    sheet.prepend(frame);
  });
}
