/** The messages between visitor and agent, in a part of the bar that opens and closes. */
import { nodesOf } from "../shared/message-text.js";
import { make, sheetOf } from "./visitor-elements.js";
import { listen } from "./visitor-platform.js";
import { announceInTitle } from "./visitor-title.js";

const css = `
.chat { width: min(24rem, 100%); display: grid; grid-template-columns: minmax(0, 1fr); gap: 8px; padding: 10px; order: -1; }
:host([data-place=top]) .chat { order: 1; }
.log { max-height: min(40vh, 20rem); overflow-y: auto; }
.chat ol { list-style: none; display: grid; gap: 6px; }
.chat li { padding: 5px 9px; border-radius: 9px; background: var(--quiet); overflow-wrap: anywhere; white-space: pre-wrap; }
.chat li.own { justify-self: end; border: 1px solid var(--brand); }
.chat b, .chat time { color: var(--soft); font-size: 12.5px; margin-inline-end: 6px; }
.chat form { display: flex; gap: 6px; }
input { font: inherit; color: inherit; background: var(--quiet); border: 1px solid var(--soft); border-radius: 9px; padding: 6px 10px;
  min-height: 40px; min-width: 0; flex: 1; }
`;

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
  const announce = announceInTitle(texts);

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
    sheet: sheetOf(css),
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
      announce();
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
