/**
 * What the agent may do: by privilege from the start, and by the visitor's consent for as long as that lasts.
 *
 * @param {object} options
 * @param {HTMLElement} options.ask  the button that asks for consent
 * @param {HTMLElement} options.give  the button that gives it back
 * @param {HTMLElement} options.state  says what the visitor has decided
 * @param {(note: object) => void} options.tell
 */
export function createAssistance({ ask, give, state, tell }) {
  const rights = { annotate: false, scroll: false, navigate: false, assist: false };
  let canAsk = false;
  let isAsked = false;

  function show() {
    const isOn = rights.assist || rights.navigate;
    ask.hidden = !canAsk || isOn;
    give.hidden = !isOn;
  }

  ask.addEventListener("click", () => {
    isAsked = true;
    state.textContent = "The visitor is asked.";
    tell({ type: "ask" });
  });
  give.addEventListener("click", () => tell({ type: "giveBack" }));

  return {
    rights,
    /** @param {string[]} may  what the privileges allow */
    may(may) {
      canAsk = may.includes("assist") || may.includes("navigate");
      rights.annotate = may.includes("annotate");
      rights.scroll = may.includes("navigate");
      show();
    },
    /** @param {any} note  what the visitor allows now @param {string} visitor */
    allow(note, visitor) {
      const wasOn = rights.assist || rights.navigate;
      for (const name of /** @type {const} */ (["annotate", "scroll", "navigate", "assist"])) rights[name] = note[name] === true;
      const isOn = rights.assist || rights.navigate;
      if (isOn) state.textContent = `You may use the page. ${visitor} can take that back at any time.`;
      else if (isAsked && note.isAnswer) state.textContent = `${visitor} does not allow it.`;
      else if (wasOn) state.textContent = "You can no longer use the page.";
      if (isOn || note.isAnswer) isAsked = false;
      show();
    },
  };
}
