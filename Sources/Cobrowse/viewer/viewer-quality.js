/**
 * How well the agent's page is connected with the visitor's: the time from one to the other and back, asked every few
 * seconds.
 */
const intervalMilliseconds = 4000;

/** @param {number | undefined} milliseconds  no answer if undefined */
export function gradeOf(milliseconds) {
  if (milliseconds === undefined) return { grade: "lost", text: "No answer from the visitor's page" };
  const rounded = Math.round(milliseconds);
  if (milliseconds < 250) return { grade: "good", text: `Connection good, ${rounded} ms` };
  if (milliseconds < 1000) return { grade: "fair", text: `Connection fair, ${rounded} ms` };
  return { grade: "slow", text: `Connection slow, ${rounded} ms` };
}

/**
 * @param {object} options
 * @param {HTMLElement} options.element
 * @param {(at: number) => void} options.ping
 */
export function createQuality({ element, ping }) {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;
  let answeredAt = 0;
  /**
   * When it was asked; an answer to what was not is another agent's.
   * @type {number[]}
   */
  let asked = [];

  /** @param {number | undefined} milliseconds */
  function show(milliseconds) {
    const { grade, text } = gradeOf(milliseconds);
    element.dataset.grade = grade;
    element.textContent = text;
    element.hidden = false;
  }

  function ask() {
    if (performance.now() - answeredAt > 2.5 * intervalMilliseconds) show(undefined);
    const now = performance.now();
    asked = [...asked.slice(-20), now];
    ping(now);
  }

  return {
    start() {
      answeredAt = performance.now();
      timer = setInterval(ask, intervalMilliseconds);
      ask();
    },
    /** @param {number} at  when it was asked */
    pong(at) {
      if (!asked.includes(at)) return;
      answeredAt = performance.now();
      show(answeredAt - at);
    },
    stop() {
      clearInterval(timer);
      element.hidden = true;
    },
  };
}
