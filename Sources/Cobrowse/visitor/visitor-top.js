/**
 * Keeps an element above everything that the site shows and able to be used: as a popover in the top layer, and inside the
 * site's modal dialog while one is open, because all else is inert then.
 */
import { listen } from "./visitor-platform.js";

const { showPopover, hidePopover } = /** @type {any} */ (HTMLElement.prototype);

/** @param {HTMLElement} host */
export function stayOnTop(host) {
  const hasPopover = typeof showPopover === "function";
  if (hasPopover) host.setAttribute("popover", "manual");
  let isShown = false;
  let isWatching = false;
  const observer = new MutationObserver(place);

  /** The place where the element can be used. */
  function parent() {
    const modals = document.querySelectorAll("dialog:modal");
    const modal = modals[modals.length - 1];
    return document.fullscreenElement?.contains(modal ?? null) === false && !hasPopover
      ? document.fullscreenElement
      : (modal ?? document.documentElement);
  }

  /** Moves it where it belongs, and above what has come into the top layer since. */
  function place() {
    if (!isShown) return;
    const wanted = parent();
    if (host.parentNode !== wanted) wanted.append(host);
    if (!hasPopover) return;
    if (host.matches(":popover-open")) hidePopover.call(host);
    showPopover.call(host);
  }

  function watch() {
    if (isWatching) return;
    isWatching = true;
    listen(document, "fullscreenchange", place);
    // A popover that opens later would lie above.
    listen(document, "toggle", (event) => event.newState === "open" && event.target !== host && place(), true);
  }

  return {
    show() {
      if (isShown && host.isConnected) return;
      isShown = true;
      watch();
      place();
      observer.observe(document, { subtree: true, attributes: true, attributeFilter: ["open"] });
    },
    hide() {
      isShown = false;
      observer.disconnect();
      host.remove();
    },
  };
}
