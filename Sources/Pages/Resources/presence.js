"use strict";

/* A connection that says who it is, stays, and comes back: a visitor is present by it, an agent's page watches by it.
   `hello` makes the first message each time it connects; `listeners` are called by the type of what the server says,
   and as `lost` when the connection is. */
class LatchkeyPresence {
  constructor(path, hello, listeners) {
    this.address = new URL(path, location.href);
    this.address.protocol = this.address.protocol.replace("http", "ws");
    this.home = this.address;
    this.hello = hello;
    this.listeners = listeners;
    this.attempts = 0;
    this.isOver = false;
  }

  /* What the browser says that it is; empty where it does not say so. */
  static browser() {
    const { userAgent, platform } = navigator;
    const [, browser = "", browserver = ""] = /(Edg|OPR|Firefox|Chrome|Version)\/([\d.]+)/.exec(userAgent) || [];
    return { browser: browser === "Version" ? "Safari" : browser, browserver, platform: platform || "" };
  }

  async open() {
    try {
      const hello = await this.hello();
      if (this.isOver) return;
      const socket = new WebSocket(this.home);
      this.socket = socket;
      // A machine that is gone without a word says nothing.
      this.wait = setTimeout(() => this.lost(socket), 10000);
      socket.addEventListener("open", () => socket.send(JSON.stringify(hello)));
      socket.addEventListener("message", (message) => this.receive(JSON.parse(message.data)));
      socket.addEventListener("close", () => this.lost(socket));
    } catch {
      this.lost();
    }
  }

  /* Gives a sign of life; who has not answered the last one is gone without a word. */
  live(answers) {
    if (this.isSilent) return this.lost(this.socket);
    this.isSilent = answers === true;
    this.send({ type: "k", answer: true });
  }

  receive(event) {
    this.isSilent = false;
    clearTimeout(this.wait);
    if (event.keepalive) {
      this.attempts = 0;
      clearInterval(this.beat);
      this.beat = setInterval(() => this.live(event.answers), event.keepalive * 1000);
    }
    if (event.type === "refused") this.isOver = true;
    if (event.type === "moved") this.movedTo = new URL(this.address.pathname, event.data.server);
    const listener = this.listeners[event.type];
    // All but the answers that let us in have their content in `data`.
    if (listener) listener(event.data || event);
  }

  lost(socket) {
    if (socket !== this.socket) return;
    clearInterval(this.beat);
    clearTimeout(this.wait);
    this.socket = undefined;
    if (socket) socket.close();
    this.isSilent = false;
    if (this.listeners.lost) this.listeners.lost();
    if (this.isOver) return;
    this.home = this.movedTo || this.address;
    this.movedTo = undefined;
    // Another node is asked at once, unless the nodes disagree.
    if (this.home !== this.address && this.attempts < 3) {
      this.attempts += 1;
      this.open();
      return;
    }
    // Many pages lose the server at once when it is started anew: they come back spread out.
    const delay = Math.min(500 * 2 ** this.attempts, 15000) * (0.5 + Math.random() / 2);
    this.attempts += 1;
    setTimeout(() => this.open(), delay);
  }

  send(message) {
    if (this.socket && this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  close() {
    this.isOver = true;
    if (this.socket) this.socket.close();
  }
}
