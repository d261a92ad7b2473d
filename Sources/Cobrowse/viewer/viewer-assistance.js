/**
 * What the agent may do: by privilege from the start, and by the visitor's consent for as long as that lasts; nothing while
 * another agent is in control.
 *
 * @param {object} options
 * @param {HTMLElement} options.ask  the button that asks for consent
 * @param {HTMLElement} options.give  the button that gives it back
 * @param {HTMLElement} options.state  says what the visitor has decided
 * @param {(note: object) => void} options.tell
 */
export function createAssistance({ ask, give, state, tell }) {
  const rights = { annotate: false, scroll: false, navigate: false, assist: false };
  /** What the one in control may. */
  const allowed = { ...rights };
  let hasControl = true;
  let canAsk = false;
  let isAsked = false;

  const isOn = () => rights.assist || rights.navigate;

  function show() {
    for (const name of /** @type {const} */ (["annotate", "scroll", "navigate", "assist"])) {
      rights[name] = hasControl && allowed[name];
    }
    ask.hidden = !canAsk || !hasControl || isOn();
    give.hidden = !isOn();
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
      allowed.annotate = may.includes("annotate");
      allowed.scroll = may.includes("navigate");
      show();
    },
    /** @param {boolean} isOwn  whether this agent is in control */
    control(isOwn) {
      if (isOwn === hasControl) return;
      hasControl = isOwn;
      isAsked = false;
      state.textContent = "";
      show();
    },
    /** @param {any} note  what the visitor allows the one in control now @param {string} visitor */
    allow(note, visitor) {
      const wasOn = isOn();
      for (const name of /** @type {const} */ (["annotate", "scroll", "navigate", "assist"])) allowed[name] = note[name] === true;
      show();
      if (!hasControl) return;
      if (isOn()) state.textContent = `You may use the page. ${visitor} can take that back at any time.`;
      else if (isAsked && note.isAnswer) state.textContent = `${visitor} does not allow it.`;
      else if (wasOn) state.textContent = "You can no longer use the page.";
      if (isOn() || note.isAnswer) isAsked = false;
    },
  };
}
