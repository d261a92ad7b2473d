"use strict";

/* One participant's connection to the session server. It asks `admit` for a server key each time it connects. */
class LatchkeySession {
  constructor(admit, listeners) {
    this.admit = admit;
    this.listeners = listeners;
    this.isOver = false;
    this.attempts = 0;
  }

  async open() {
    const admission = await this.admit();
    if (!admission || this.isOver) return;
    const socket = new WebSocket(admission.server);
    this.socket = socket;
    socket.addEventListener("open", () => {
      socket.send(JSON.stringify({ type: "connect", serverKey: admission.serverKey }));
    });
    socket.addEventListener("message", (message) => this.receive(JSON.parse(message.data)));
    socket.addEventListener("close", () => this.lost(socket));
  }

  receive(event) {
    if (event.type === "connected") this.attempts = 0;
    if (event.type === "ended" || event.type === "refused") this.isOver = true;
    const listener = this.listeners[event.type];
    if (listener) listener(event);
  }

  lost(socket) {
    if (this.isOver || socket !== this.socket) return;
    this.attempts += 1;
    if (this.attempts > 6) {
      this.isOver = true;
      if (this.listeners.failed) this.listeners.failed();
      return;
    }
    if (this.listeners.reconnecting) this.listeners.reconnecting();
    const delay = Math.min(500 * 2 ** this.attempts, 8000) * (0.5 + Math.random() / 2);
    setTimeout(() => this.open().catch(() => this.lost(this.socket)), delay);
  }

  send(command) {
    if (this.socket && this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(command));
  }

  leave() {
    this.send({ type: "leave" });
  }
}

/* The parts that the agent's and the visitor's page have in common: the state line and the messages. */
class LatchkeyStage {
  constructor(ownName) {
    this.ownName = ownName;
    this.lamp = document.getElementById("lamp");
    this.title = document.getElementById("state-title");
    this.text = document.getElementById("state-text");
    this.chat = document.getElementById("chat");
    this.log = document.getElementById("log");
  }

  show(state, title, text) {
    this.lamp.dataset.state = state;
    this.title.textContent = title;
    this.text.textContent = text;
    document.title = title + " · Latchkey";
    document.body.dataset.state = state;
  }

  toggle(id, isShown) {
    document.getElementById(id).hidden = !isShown;
  }

  showKey(key) {
    document.getElementById("key").textContent = key;
    this.toggle("key-line", true);
  }

  add(name, text, isOwn) {
    const item = document.createElement("li");
    const author = document.createElement("b");
    author.textContent = name;
    item.append(author, document.createTextNode(text));
    if (isOwn) item.className = "own";
    this.log.append(item);
    item.scrollIntoView({ block: "nearest" });
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
    document.getElementById("leave").addEventListener("click", () => session().leave());
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
