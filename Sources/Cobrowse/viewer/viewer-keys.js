/** Keys above the visitor's page: they scroll, or with the visitor's consent they type; Escape always leads out. */

/**
 * @param {object} options
 * @param {HTMLElement} options.surface
 * @param {() => string} options.tool
 * @param {() => any} options.replica
 * @param {(x: number, y: number) => void} options.scrollBy
 * @param {() => number} options.pageHeight
 * @param {() => void} options.leave
 */
export function createKeys({ surface, tool, replica, scrollBy, pageHeight, leave }) {
  const typed = new Set([
    "Enter", "Backspace", "Delete", "Tab", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End",
  ]);
  /** @type {Record<string, () => [number, number]>} */
  const scrolls = {
    ArrowUp: () => [0, -60], ArrowDown: () => [0, 60], ArrowLeft: () => [-60, 0], ArrowRight: () => [60, 0],
    PageUp: () => [0, -0.9 * pageHeight()], PageDown: () => [0, 0.9 * pageHeight()],
    Home: () => [0, -1e6], End: () => [0, 1e6],
  };

  /** @param {KeyboardEvent} event  @returns {boolean} whether it was for the visitor's page */
  function press(event) {
    const { key } = event;
    // AltGr types letters; some systems say that Ctrl and Alt are pressed too.
    const isShortcut = (event.ctrlKey || event.altKey) && !event.getModifierState("AltGraph");
    if (isShortcut || event.metaKey || event.isComposing) return false;
    if (tool() === "use") {
      if ([...key].length === 1) replica()?.type(key);
      else if (typed.has(key)) replica()?.type({ key });
      else return false;
      return true;
    }
    const scroll = scrolls[key]?.();
    if (scroll) scrollBy(...scroll);
    return Boolean(scroll);
  }

  surface.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave();
    else if (press(event)) event.preventDefault();
  });
  surface.addEventListener("paste", (event) => {
    const pasted = event.clipboardData?.getData("text/plain");
    if (tool() === "use" && pasted) replica()?.type(pasted.slice(0, 1000));
  });
}
