/**
 * The visitor's bar: what is shared with whom, what the agent may do, and *Stop*. It lives in a closed shadow root of one
 * element with `data-latchkey-ui`, above everything that the site shows.
 */
import { fetchLate } from "./late.js";
import { make, sheetOf } from "./visitor-elements.js";
import { later, listen } from "./visitor-platform.js";
import { askQuestion } from "./visitor-question.js";
import { barStyle } from "./visitor-style.js";
import { fill } from "./visitor-texts.js";
import { stayOnTop } from "./visitor-top.js";
import { barWords, questionWords } from "./visitor-words.js";

const { attachShadow } = Element.prototype;

/**
 * @param {object} options
 * @param {import("./visitor-texts.js").Texts} options.texts
 * @param {string} options.terms  the address of the site's terms, or nothing
 * @param {(question: string, yes: boolean, agent: string) => void} options.onanswer
 * @param {() => void} options.onstop
 * @param {() => void} options.onrelease  the agent's help is taken back
 * @param {(text: string) => void} options.onwrite
 */
export function createBar({ texts, terms, onanswer, onstop, onrelease, onwrite }) {
  const host = make(/** @type {any} */ ("latchkey-bar"), { "data-latchkey-ui": "", lang: texts.language });
  const lamp = make("span", { className: "lamp" });
  const title = make("p", { className: "title", role: "status" });
  const detail = make("p", { className: "detail" });
  const key = make("output", { className: "key", "aria-label": texts.key });
  const chatButton = make("button", { type: "button", "aria-expanded": "false" });
  const release = make("button", { type: "button" }, texts.release);
  const move = make("button", { type: "button", className: "icon", title: texts.move, "aria-label": texts.move }, "⇅");
  const stop = make("button", { type: "button", className: "danger" }, texts.stop);
  const buttons = make("div", { className: "buttons" }, chatButton, release, move, stop);
  const bar = make("div", { className: "bar", role: "region", "aria-label": texts.region });
  bar.append(lamp, make("div", { className: "words" }, title, detail), key, buttons);
  const root = make("div", { className: "root" }, bar);
  const sheets = [sheetOf(barStyle)];
  /** @type {ShadowRoot | undefined} */
  let shadow;
  /**
   * The messages, which are fetched with the first of them.
   * @type {ReturnType<typeof import("./visitor-chat.js").createChat> | undefined}
   */
  let chat;
  /** @type {Promise<any> | undefined} */
  let coming;
  let recipient = "";
  const top = stayOnTop(host);
  /** @type {{end(): void} | undefined} */
  let question;
  let asked = "";
  let isOver = false;

  /** Nothing is put into the page before there is something to show. */
  function build() {
    if (!shadow) {
      shadow = attachShadow.call(host, { mode: "closed" });
      shadow.adoptedStyleSheets = sheets;
      shadow.append(root);
    }
    top.show();
  }

  /** @param {(chat: any) => void} use */
  function withChat(use) {
    coming ??= fetchLate("visitor-chat", later).then(({ createChat }) => {
      const made = (chat = createChat({ texts, onwrite, onchange: countUnread }));
      sheets.push(made.sheet);
      if (shadow) shadow.adoptedStyleSheets = sheets;
      root.append(made.element);
      made.address(recipient);
    });
    coming.then(() => use(chat), () => (coming = undefined));
  }

  listen(stop, "click", (event) => event.isTrusted && (isOver ? top.hide() : onstop()));
  listen(release, "click", (event) => event.isTrusted && onrelease());
  listen(chatButton, "click", () => withChat((chat) => {
    chat.open(!chat.isOpen);
    if (!chat.isOpen) chatButton.focus();
  }));
  listen(move, "click", () => {
    if (host.dataset.place) delete host.dataset.place;
    else host.dataset.place = "top";
  });
  listen(bar, "keydown", (event) => event.stopPropagation());

  function countUnread() {
    const { unread = 0, isOpen = false } = chat ?? {};
    chatButton.textContent = texts.messages + (unread ? ` (${fill(texts.unread, { count: String(unread) })})` : "");
    chatButton.classList.toggle("primary", unread > 0);
    chatButton.setAttribute("aria-expanded", String(isOpen));
  }

  function unask() {
    question?.end();
    question = undefined;
  }

  return {
    /** @param {any} state  of the machine */
    show(state) {
      isOver = state.phase === "over";
      const isLive = state.phase === "live";
      const words = barWords(texts, state);
      if (!words) {
        delete host.dataset.shown;
        if (!question) top.hide();
        return;
      }
      build();
      host.dataset.shown = "";
      lamp.dataset.phase = state.phase;
      if (title.textContent !== words.title) title.textContent = words.title;
      if (detail.textContent !== words.detail) detail.textContent = words.detail;
      key.textContent = words.key;
      key.hidden = !words.key;
      release.hidden = !(isLive && state.isAssisted);
      bar.toggleAttribute("data-assisted", isLive && state.isAssisted);
      chatButton.hidden = !isLive;
      move.hidden = isOver;
      if (isOver) chat?.open(false);
      stop.textContent = isOver ? texts.close : texts.stop;
      recipient = fill(texts.write, { agent: state.agent || texts.anAgent });
      chat?.address(recipient);
      countUnread();
    },
    /** @param {string} name @param {string} agent */
    ask(name, agent) {
      if (question && asked === name) return;
      unask();
      asked = name;
      build();
      question = askQuestion({
        parent: root,
        words: questionWords(texts, name, agent, terms),
        onanswer(yes) {
          question = undefined;
          if (!("shown" in host.dataset)) top.hide();
          onanswer(name, yes, agent);
        },
      });
    },
    unask,
    /** @param {any} message @param {boolean} isNew */
    add: (message, isNew) => withChat((chat) => {
      chat.add(message, isNew);
      countUnread();
    }),
    clear() {
      if (coming) withChat((chat) => chat.clear());
    },
  };
}
