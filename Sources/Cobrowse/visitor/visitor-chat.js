/** The messages between visitor and agent, in a part of the bar that opens and closes. */
import { nodesOf } from "../shared/message-text.js";
import { make } from "./visitor-elements.js";
import { listen } from "./visitor-platform.js";

/**
 * @param {object} options
 * @param {import("./visitor-texts.js").Texts} options.texts
 * @param {(text: string) => void} options.onwrite
 * @param {() => void} options.onchange  unread messages or whether it is open have changed
 */
export function createChat({ texts, onwrite, onchange }) {
  const list = make("ol");
  const log = make("div", { className: "log", role: "log", "aria-label": texts.messages, tabIndex: 0 }, list);
  const input = make("input", { maxLength: 1000, required: true, autocomplete: "off" });
  const form = make("form", {}, input, make("button", { type: "submit", className: "primary" }, texts.send));
  const element = make("section", { className: "chat", hidden: true, "aria-label": texts.messages }, log, form);
  let unread = 0;

  listen(form, "submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text) onwrite(text);
    input.value = "";
  });
  for (const name of ["keydown", "keyup", "keypress"]) listen(element, name, (event) => event.stopPropagation());
  listen(element, "keydown", (event) => event.key === "Escape" && open(false));

  /** @param {boolean} isOpen */
  function open(isOpen) {
    element.hidden = !isOpen;
    if (isOpen) {
      unread = 0;
      input.focus();
      log.scrollTop = log.scrollHeight;
    }
    onchange();
  }

  return {
    element,
    open,
    get isOpen() {
      return !element.hidden;
    },
    get unread() {
      return unread;
    },
    /** @param {string} agent */
    address(agent) {
      input.placeholder = agent;
      input.setAttribute("aria-label", agent);
    },
    /** @param {{name: string, text: string, at: number, isOwn: boolean}} message @param {boolean} isNew */
    add({ name, text, at, isOwn }, isNew) {
      const date = new Date(at);
      const clock = date.toLocaleTimeString(texts.language, { hour: "2-digit", minute: "2-digit" });
      const item = make("li", isOwn ? { className: "own" } : {});
      item.append(make("b", {}, isOwn ? texts.you : name), make("time", { dateTime: date.toISOString() }, clock));
      item.append(make("br"), ...nodesOf(document, text));
      list.append(item);
      log.scrollTop = log.scrollHeight;
      if (!isNew || isOwn) return;
      if (element.hidden) unread += 1;
      onchange();
    },
    clear() {
      list.replaceChildren();
      unread = 0;
      element.hidden = true;
    },
  };
}
