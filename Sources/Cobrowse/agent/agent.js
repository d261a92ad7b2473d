"use strict";

/*
 * Latchkey for agents' pages: look-up, presence, one-click connect, the viewer, and leaving.
 *
 *   <script id="glance-cobrowse" src="https://latchkey.example/agent.js?groupid=12345"></script>
 *
 * The one global is `GLANCE`. Presence: `new GLANCE.Presence.Agent(params)`. The viewer and sessions:
 * `new GLANCE.Cobrowse.Agent(params)`. Nothing is kept: credentials are taken for each call from where they were given.
 */
((global) => {
  // Taken once: what a page changes later changes nothing here.
  const { fetch, WebSocket, DOMParser, URL, URLSearchParams, JSON, document } = global;
  const later = global.setTimeout.bind(global);
  const forget = global.clearTimeout.bind(global);
  const repeat = global.setInterval.bind(global);
  const stopRepeating = global.clearInterval.bind(global);
  const request = fetch.bind(global);
  const own = /** @type {HTMLScriptElement | null} */ (document.currentScript);
  const tag = document.getElementById("glance-cobrowse") || own;
  const address = new URL((own && own.src) || global.location.href);
  const defaultGroup =
    (tag && tag.dataset.groupid) || address.searchParams.get("groupid") || address.searchParams.get("group") || "";
  const pollMilliseconds = 4000;
  const maximumPolls = 12;

  const nothing = () => {};

  /** @param {string} code @returns {Error & {code: string}} */
  function failure(code) {
    return Object.assign(new Error(code), { code });
  }

  /** @param {number} status */
  function codeOf(status) {
    if (status === 401 || status === 403) return "authorization";
    return status === 404 ? "visitornotpresent" : status === 429 ? "toomanyrequests" : "service";
  }

  /** One visitor, as an agent sees and calls them. */
  class PresenceAgent {
    /** @param {{groupid?: string | number, visitorid: string, presenceserver?: string, authorization?: string}} params */
    constructor(params) {
      this.groupid = String(params.groupid || defaultGroup);
      this.visitorid = String(params.visitorid);
      this.server = params.presenceserver || address.host;
      this.authorization = params.authorization || "";
      this.isOver = true;
      this.attempts = 0;
      for (const name of ["onconnect", "onvisitorconnect", "onvisitorconn", "onpresence", "onterms", "onvisitorsessionstart",
        "onvisitorsessionend", "onclose", "onerror"]) {
        this[name] = params[name] || nothing;
      }
    }

    /** Takes the token that Authorize answers for `service=presence`. @param {string} token */
    setAuthorization(token) {
      this.authorization = token;
    }

    /** Asks whether the visitor is there. @param {{onsuccess?: Function, onfail?: Function}} params */
    lookupVisitor(params = {}) {
      return this.settle(this.call("/lookupvisitor"), params, (info) => {
        if (!info.visitorpresent) throw failure("visitornotpresent");
        return info;
      });
    }

    /** Sends the visitor's pages a message. @param {{data: any, onsuccess?: Function, onfail?: Function}} params */
    signalVisitor(params) {
      return this.settle(this.call("/signalvisitor", { mtype: "signal", data: { func: "signal", args: params.data } }), params);
    }

    /** Calls a function of the visitor's page. @param {{func: string, args?: any, onsuccess?: Function, onfail?: Function}} params */
    invokeVisitor(params) {
      const data = { func: params.func.startsWith("GLANCE.") ? params.func : "GLANCE." + params.func, args: params.args };
      return this.settle(this.call("/signalvisitor", { mtype: "invoke", data }), params);
    }

    /** Asks the visitor to start a session. @param {{sessionKey?: string, onsuccess?: Function, onfail?: Function}} params */
    startSession(params = {}) {
      const args = { sessionKey: params.sessionKey || this.visitorid };
      return this.invokeVisitor({ ...params, func: "GLANCE.Cobrowse.VisitorUI.showTerms", args });
    }

    /** Stays connected until `disconnect`; what is heard goes to the `on…` functions. */
    connect() {
      this.isOver = false;
      const socket = new WebSocket((this.home || "wss://" + this.server) + "/agent");
      this.home = "";
      this.socket = socket;
      this.wait = later(() => this.lost(socket), 10000);
      socket.addEventListener("open", () => {
        const { authorization, groupid, visitorid } = this;
        socket.send(JSON.stringify({ type: "connect", authorization: "Bearer " + authorization, groupid, visitorid }));
      });
      socket.addEventListener("message", (message) => this.receive(socket, JSON.parse(message.data)));
      socket.addEventListener("close", () => this.lost(socket));
    }

    disconnect() {
      this.isOver = true;
      forget(this.retry);
      if (this.socket) this.socket.close();
    }

    receive(socket, frame) {
      if (socket !== this.socket) return;
      this.isSilent = false;
      forget(this.wait);
      const listeners = {
        // Existing pages set the second name.
        visitorconn: (data) => [this.onvisitorconnect, this.onvisitorconn].forEach((listener) => listener.call(this, data)),
        presence: this.onpresence,
        terms: this.onterms,
        visitorsessionstart: this.onvisitorsessionstart,
        visitorsessionend: this.onvisitorsessionend,
      };
      if (frame.type === "connected") {
        this.attempts = 0;
        stopRepeating(this.beat);
        this.beat = repeat(() => this.live(socket, frame.answers), frame.keepalive * 1000);
        this.onconnect(frame);
      } else if (frame.type === "moved") {
        // Another machine knows about this visitor; the next connection goes there.
        this.home = frame.data.server;
      } else if (frame.type === "refused") {
        this.isOver = true;
        this.onerror("authorization");
      } else if (Object.hasOwn(listeners, frame.type)) {
        listeners[frame.type].call(this, frame.data);
      }
    }

    /** Gives a sign of life; who has not answered the last one is gone without a word. */
    live(socket, answers) {
      if (this.isSilent) return this.lost(socket);
      this.isSilent = answers === true;
      socket.send(JSON.stringify({ type: "k", answer: true }));
    }

    lost(socket) {
      if (socket !== this.socket) return;
      this.socket = undefined;
      this.isSilent = false;
      forget(this.wait);
      socket.close();
      stopRepeating(this.beat);
      this.onclose();
      if (this.isOver) return;
      const pause = this.home && this.attempts < 3 ? 0 : 500 * 2 ** (this.attempts + 1);
      this.attempts += 1;
      this.retry = later(() => this.connect(), Math.min(pause, 15000) * (0.5 + Math.random() / 2));
    }

    async call(path, body) {
      const query = new URLSearchParams({ groupid: this.groupid, visitorid: this.visitorid });
      const headers = { authorization: "Bearer " + this.authorization };
      if (body) headers["content-type"] = "application/json";
      const answer = await request("https://" + this.server + path + "?" + query, {
        method: body ? "POST" : "GET",
        credentials: "omit",
        headers,
        body: body && JSON.stringify(body),
      }).catch(() => {
        throw failure("service");
      });
      if (!answer.ok) throw failure(codeOf(answer.status));
      return answer.json();
    }

    settle(promise, { onsuccess = nothing, onfail }, read = (value) => value) {
      return promise.then(read).then(
        (value) => {
          onsuccess(value);
          return value;
        },
        (error) => {
          (onfail || this.onerror).call(this, error.code || "service");
          return null;
        },
      );
    }
  }

  /** The agent's sessions. `credentials()` gives `{partnerid, partneruserid, loginkey}`, fresh each time if need be. */
  class CobrowseAgent {
    /** @param {{credentials: () => any, server?: string, groupid?: string, onevent?: Function}} params */
    constructor(params) {
      this.credentials = params.credentials;
      this.server = params.server || address.host;
      this.onevent = params.onevent || nothing;
      this.isOver = false;
      this.hear = (message) => {
        if (message.origin !== "https://" + this.server || !message.data || !message.data.glanceEvent) return;
        this.onevent(message.data.glanceEvent, message.data.data);
      };
      global.addEventListener("message", this.hear);
    }

    /** Stops listening and looking. */
    close() {
      this.isOver = true;
      global.removeEventListener("message", this.hear);
    }

    /** A token for presence. */
    async authorize() {
      const credentials = await this.credentials();
      const query = new URLSearchParams({ groupid: credentials.partnerid, service: "presence" });
      const path = "/services/AuthorizationService.svc/rest/Authorize?" + query;
      const answer = await this.send(path, new URLSearchParams(credentials));
      if (!answer.ok) throw failure(codeOf(answer.status));
      return answer.json();
    }

    /** Looks for a session until it has started; `null` if it has not after a minute. @param {string} ssnkey */
    async lookup(ssnkey) {
      for (let poll = 0; poll < maximumPolls && !this.isOver; poll += 1) {
        if (poll) await new Promise((resolve) => later(resolve, pollMilliseconds));
        const session = await this.ask("LookupPartnerSession2", ssnkey);
        const text = (name) => session.getElementsByTagName(name)[0].textContent;
        if (!text("agentjoinurl")) continue;
        return Object.fromEntries(Array.from(session.documentElement.children, ({ tagName }) => [tagName, text(tagName)]));
      }
      return null;
    }

    /** The sessions that the agent is in. @param {string} ssnkey */
    async sessions(ssnkey = "") {
      const list = await this.ask("AgentInSession", ssnkey);
      return Array.from(list.getElementsByTagName("session2"), (item) =>
        Object.fromEntries(Array.from(item.children, (part) => [part.tagName, part.textContent])));
    }

    /** Opens the viewer in a window or frame of that name; to be called in a click. */
    async view(target, fields) {
      const form = document.createElement("form");
      Object.assign(form, { method: "post", action: "https://" + this.server + "/agentjoin/AgentView.aspx", target });
      for (const [name, value] of Object.entries({ ...(await this.credentials()), ...fields })) {
        form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
      }
      document.body.append(form);
      form.submit();
      form.remove();
    }

    /** Leaves a session of `sessions`; `false` if the browser keeps the sign-in from this page. */
    async leave(session) {
      const groupid = (await this.credentials()).partnerid;
      const answer = await request("https://" + session.servername + "/agent/message", {
        method: "POST",
        credentials: "include",
        redirect: "error",
        body: JSON.stringify({
          ssnid: [groupid, session.passcode, session.disambiguateId].join("."),
          num: Number(session.num),
          mtype: "EjectAgent",
          data: { reason: "leave" },
        }),
      });
      return answer.ok;
    }

    async ask(operation, ssnkey) {
      const body = new URLSearchParams({ ...(await this.credentials()), ssnkey });
      const answer = await this.send("/services/SessionService.asmx/" + operation, body);
      if (!answer.ok) throw failure(codeOf(answer.status));
      return new DOMParser().parseFromString(await answer.text(), "text/xml");
    }

    send(path, body) {
      return request("https://" + this.server + path, { method: "POST", credentials: "omit", body });
    }
  }

  const glance = (global.GLANCE = global.GLANCE || {});
  glance.Presence = glance.Presence || {};
  glance.Presence.Agent = PresenceAgent;
  glance.Cobrowse = glance.Cobrowse || {};
  glance.Cobrowse.Agent = CobrowseAgent;
})(window);
