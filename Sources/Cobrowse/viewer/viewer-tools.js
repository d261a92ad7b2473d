/**
 * The toolbar: one tool at a time, of those that the agent's privileges and the visitor allow. Arrow keys move within it
 * (WAI-ARIA, toolbar pattern).
 *
 * @param {object} options
 * @param {HTMLElement} options.bar
 * @param {(action: string) => void} options.onaction
 */
export function createTools({ bar, onaction }) {
  const buttons = [.../** @type {NodeListOf<HTMLButtonElement>} */ (bar.querySelectorAll("button"))];
  /** @type {Record<string, string>} what a button needs */
  const needs = {
    point: "annotate", draw: "annotate", highlight: "annotate", clear: "annotate", scroll: "scroll", use: "assist",
    back: "navigate", forward: "navigate",
  };
  let current = "";

  const nameOf = (/** @type {HTMLButtonElement} */ button) => button.dataset.tool ?? button.dataset.action ?? "";

  /** @param {string} name */
  function choose(name) {
    current = name;
    if (bar.parentElement?.parentElement) bar.parentElement.parentElement.dataset.current = name;
    for (const button of buttons) {
      if (button.dataset.tool) button.setAttribute("aria-pressed", String(button.dataset.tool === name));
    }
  }

  /** @param {HTMLButtonElement | undefined} wanted */
  function rove(wanted) {
    for (const button of buttons) button.tabIndex = button === wanted ? 0 : -1;
  }

  bar.addEventListener("click", ({ target }) => {
    const button = /** @type {Element} */ (target).closest("button");
    if (!button) return;
    rove(button);
    if (button.dataset.tool) choose(button.dataset.tool);
    else onaction(nameOf(button));
  });

  bar.addEventListener("keydown", (event) => {
    const shown = buttons.filter((button) => !button.hidden);
    const at = shown.findIndex((button) => button === document.activeElement);
    const steps = /** @type {Record<string, number>} */ ({ ArrowRight: 1, ArrowLeft: -1, Home: -at, End: shown.length - 1 - at });
    if (at < 0 || !(event.key in steps)) return;
    event.preventDefault();
    const next = shown[(at + steps[event.key] + shown.length) % shown.length];
    rove(next);
    next.focus();
  });

  return {
    get current() {
      return current;
    },
    focus: () => buttons.find((button) => button.tabIndex === 0)?.focus(),
    /** @param {string} name @param {boolean} isPressed */
    press(name, isPressed) {
      bar.querySelector(`[data-action=${name}]`)?.setAttribute("aria-pressed", String(isPressed));
    },
    /** @param {Record<string, boolean>} rights */
    allow(rights) {
      for (const button of buttons) {
        const need = needs[nameOf(button)];
        button.hidden = Boolean(need) && !rights[need];
      }
      const isAllowed = buttons.some((button) => button.dataset.tool === current && !button.hidden);
      if (!isAllowed) choose(buttons.find((button) => button.dataset.tool && !button.hidden)?.dataset.tool ?? "");
      const isReachable = buttons.some((button) => button.tabIndex === 0 && !button.hidden);
      if (!isReachable) rove(buttons.find((button) => !button.hidden));
    },
  };
}
