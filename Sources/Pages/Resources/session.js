"use strict";

/* One participant's connection to the session server. It asks `admit` for a server key each time it connects. Text frames are
   events and commands; binary frames are the visitor's page, and what the agent does on it. */
class LatchkeySession {
  constructor(admit, listeners) {
    this.admit = admit;
    this.listeners = listeners;
    this.isOver = false;
    this.attempts = 0;
    /* So many times two seconds without a word. */
    this.patience = 2;
  }

  async open() {
    const admission = await this.admit();
    if (!admission || this.isOver) return;
    const socket = new WebSocket(admission.server);
    let silent = 0;
    let answers = false;
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.addEventListener("open", () => {
      socket.send(JSON.stringify({ type: "connect", serverKey: admission.serverKey }));
      /* Silence means something only once it is known that the server answers. */
      socket.send(JSON.stringify({ type: "k" }));
    });
    socket.addEventListener("message", ({ data }) => {
      silent = 0;
      /* A server of the version before answers no sign of life. */
      answers ||= data === '{"type":"k"}';
      if (typeof data === "string") this.receive(JSON.parse(data));
      else this.receiveFrame(new Uint8Array(data));
    });
    /* Of a server that is gone without a word nothing is heard; twice as long is waited after each time, as it may be slow. */
    this.beat = setInterval(() => {
      const isOpen = socket.readyState === WebSocket.OPEN;
      if (isOpen ? answers && silent > this.patience : silent > 1) {
        if (isOpen) this.patience *= 2;
        socket.close();
        /* The browser waits for the other side's goodbye. */
        this.lost(socket);
      } else if (isOpen && silent > 0) {
        socket.send(JSON.stringify({ type: "k" }));
      }
      silent += 1;
    }, 2000);
    socket.addEventListener("close", () => this.lost(socket));
  }

  receive(event) {
    if (this.isOver) return;
    if (event.type === "connected") {
      this.attempts = 0;
      this.lostAt = undefined;
    }
    if (event.type === "ended" || event.type === "refused") this.isOver = true;
    const listener = this.listeners[event.type];
    if (listener) listener(event);
  }

  receiveFrame(frame) {
    if (!this.isOver && this.listeners.frame) this.listeners.frame(frame[0], frame.subarray(1));
  }

  /* A lost connection is tried again for a minute. */
  lost(socket) {
    if (socket !== this.socket) return;
    clearInterval(this.beat);
    this.socket = undefined;
    if (this.isOver) return;
    this.attempts += 1;
    this.lostAt ??= Date.now();
    if (Date.now() - this.lostAt > 60000) {
      this.isOver = true;
      if (this.listeners.failed) this.listeners.failed();
      return;
    }
    if (this.listeners.reconnecting) this.listeners.reconnecting();
    const delay = Math.min(250 * 2 ** this.attempts, 5000) * (0.5 + Math.random() / 2);
    setTimeout(() => this.open().catch(() => this.lost(this.socket)), delay);
  }

  get isOpen() {
    return Boolean(this.socket) && this.socket.readyState === WebSocket.OPEN;
  }

  send(command) {
    if (this.isOpen) this.socket.send(JSON.stringify(command));
  }

  sendFrame(kind, payload) {
    if (!this.isOpen) return;
    const frame = new Uint8Array(payload.length + 1);
    frame[0] = kind;
    frame.set(payload, 1);
    this.socket.send(frame);
  }

  leave() {
    this.isLeaving = true;
    this.send({ type: "leave" });
  }

  /* Ends it for all. */
  end() {
    this.hasEnded = true;
    this.send({ type: "end" });
  }
}

/* What outlives a reload. A frame of another site may not be allowed to keep anything: then nothing does. */
const latchkeyMemory = {
  attempt(use) {
    try {
      return use(sessionStorage);
    } catch {
      return null;
    }
  },
  get: (name) => latchkeyMemory.attempt((storage) => storage.getItem(name)),
  set: (name, value) => latchkeyMemory.attempt((storage) => storage.setItem(name, value)),
  remove: (name) => latchkeyMemory.attempt((storage) => storage.removeItem(name)),
};

/* The parts that the agent's and the visitor's page have in common: the state line and the messages. */
class LatchkeyStage {
  constructor(ownName) {
    this.ownName = ownName;
    this.lamp = document.getElementById("lamp");
    this.title = document.getElementById("state-title");
    this.text = document.getElementById("state-text");
    this.chat = document.getElementById("chat");
    this.log = document.getElementById("log");
    this.unread = 0;
    this.messages = [];
    for (const name of ["focus", "visibilitychange"]) addEventListener(name, () => this.read(), true);
  }

  show(state, title, text) {
    this.lamp.dataset.state = state;
    this.title.textContent = title;
    this.text.textContent = text;
    document.body.dataset.state = state;
    this.announce();
  }

  /* The window's title says how many messages have come while nobody looked. */
  announce() {
    const count = this.unread > 0 ? "(" + this.unread + ") " : "";
    document.title = count + this.title.textContent + " · Latchkey";
  }

  read() {
    if (!document.hasFocus() || this.unread === 0) return;
    this.unread = 0;
    this.announce();
  }

  toggle(id, isShown) {
    document.getElementById(id).hidden = !isShown;
  }

  showKey(key) {
    document.getElementById("key").textContent = key;
    this.toggle("key-line", true);
  }

  add(name, text, isOwn) {
    const message = { name, text, isOwn, at: Date.now() };
    this.messages.push(message);
    this.print(message);
    if (this.memory) latchkeyMemory.set(this.memory, JSON.stringify(this.messages.slice(-200)));
    if (isOwn || document.hasFocus()) return;
    this.unread += 1;
    this.announce();
  }

  /* Asks the server for what was said before, where the page could not keep it over a reload. */
  askAgain(session) {
    if (this.messages.length > 0) return;
    this.isRecalling = true;
    session.send({ type: "recall" });
  }

  recall({ name, text, own, at }) {
    // What has come meanwhile is among it.
    if (this.isRecalling) {
      this.isRecalling = false;
      this.messages = [];
      this.log.replaceChildren();
    }
    this.messages.push({ name, text, isOwn: own === "1", at: Number(at) * 1000 });
    this.print(this.messages.at(-1));
  }

  print({ name, text, isOwn, at }) {
    const item = document.createElement("li");
    const author = document.createElement("b");
    const time = document.createElement("time");
    const words = document.createElement("span");
    const date = new Date(at);
    author.textContent = name;
    time.dateTime = date.toISOString();
    time.textContent = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    words.textContent = text;
    item.append(author, time, words);
    if (isOwn) item.className = "own";
    this.log.append(item);
    this.log.parentElement.scrollTop = this.log.scrollHeight;
    if (/https?:/i.test(text)) this.link(words, text);
  }

  async link(element, text) {
    const { nodesOf } = await import("/cobrowse/shared/message-text.js");
    element.replaceChildren(...nodesOf(document, text));
  }

  /* Messages are kept over a reload for as long as their session lives. */
  remember(session) {
    const memory = "latchkey.messages." + session;
    if (this.memory === memory) return;
    this.memory = memory;
    if (this.messages.length > 0) return;
    this.messages = JSON.parse(latchkeyMemory.get(memory) || "[]");
    for (const message of this.messages) this.print(message);
  }

  forget() {
    if (this.memory) latchkeyMemory.remove(this.memory);
    this.memory = undefined;
    this.messages = [];
    this.log.replaceChildren();
  }

  converse(session) {
    this.toggle("chat", true);
    if (this.isConversing) return;
    this.isConversing = true;
    document.getElementById("say").addEventListener("submit", (submit) => {
      submit.preventDefault();
      const input = document.getElementById("text");
      const text = input.value.trim();
      if (!text) return;
      session().send({ type: "message", text });
      this.add(this.ownName, text, true);
      input.value = "";
    });
    document.getElementById("leave").addEventListener("click", () => this.leave(session()));
  }

  /* Leaving ends the session for the other side too, unless other agents stay; a page with a dialog asks first. */
  async leave(session) {
    const dialog = document.getElementById("leaving");
    if (!dialog) return session.leave();
    dialog.returnValue = "stay";
    dialog.showModal();
    await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
    if (dialog.returnValue === "end") session.end();
    if (dialog.returnValue === "leave") session.leave();
  }
}

/* What the documented statuses of an ended session mean to a person. */
const latchkeyEndings = {
  C: "The session has ended.",
  D: "The visitor declined.",
  K: "The session was ended by an administrator.",
  Q: "The other side has left.",
  T: "Nobody came within ten minutes.",
  X: "The connection to the other side was lost.",
  E: "Something went wrong on the server.",
};

/* Says how a session ended, and by whom if a side ended it: `own` is this page's side, be it in another window. */
function latchkeyEnding(event, own, other) {
  if (event.status !== "C") return latchkeyEndings[event.status] || "The session is over.";
  if (!event.by) return latchkeyEndings.C;
  return event.by === own ? "You ended the session." : other + " ended the session.";
}
