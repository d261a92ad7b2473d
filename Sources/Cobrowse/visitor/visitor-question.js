/**
 * A question to the visitor in a modal dialog. A click or key that was meant for what was there before the question is no
 * answer to it: the buttons work after a moment, and only for a person's own clicks.
 */
import { make } from "./visitor-elements.js";
import { cancel, later, listen } from "./visitor-platform.js";

const { showModal, close } = HTMLDialogElement.prototype;
const armMilliseconds = 600;

/**
 * @param {object} options
 * @param {Node} options.parent
 * @param {{title: string, text: string, yes: string, no: string, link?: {href: string, text: string}}} options.words
 * @param {(yes: boolean) => void} options.onanswer
 */
export function askQuestion({ parent, words, onanswer }) {
  const yes = make("button", { type: "button", className: "primary", disabled: true, "data-answer": "yes" }, words.yes);
  const no = make("button", { type: "button", disabled: true, "data-answer": "no" }, words.no);
  const title = make("h2", { id: "question", tabIndex: -1 }, words.title);
  const text = make("p", { id: "question-text" }, words.text);
  if (words.link) {
    text.append(" ", make("a", { href: words.link.href, target: "_blank", rel: "noopener" }, words.link.text));
  }
  const labels = { "aria-labelledby": "question", "aria-describedby": "question-text" };
  const dialog = make("dialog", labels, title, text, make("div", { className: "buttons" }, yes, no));
  const timer = later(() => {
    yes.disabled = no.disabled = false;
  }, armMilliseconds);

  function end() {
    cancel(timer);
    close.call(dialog);
    dialog.remove();
  }

  /** @param {Event} event @param {boolean} said */
  function answer(event, said) {
    if (!event.isTrusted || yes.disabled) return;
    end();
    onanswer(said);
  }

  listen(yes, "click", (event) => answer(event, true));
  listen(no, "click", (event) => answer(event, false));
  listen(dialog, "cancel", (event) => {
    event.preventDefault();
    answer(event, false);
  });
  // The site's own shortcuts do not see what is typed here.
  listen(dialog, "keydown", (event) => event.stopPropagation());
  parent.appendChild(dialog);
  showModal.call(dialog);
  title.focus();
  return { end };
}
