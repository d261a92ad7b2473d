"use strict";

/* The tag on the customer's site. It reads its own address and attributes, defines `Latchkey`, and fetches the rest only
   when a session or presence starts. */
(() => {
  /** @type {any} */
  const site = window;
  const tag = document.currentScript;
  if (site.Latchkey || !(tag instanceof HTMLScriptElement)) return;
  const source = new URL(tag.src);
  const query = new Map([...source.searchParams].map(([name, value]) => [name.toLowerCase(), value]));

  /**
   * A setting by its attribute, `data-visitor-id` or `data-visitorid`, or by its parameter `visitorid`.
   *
   * @param {...string} names
   */
  function setting(...names) {
    for (const name of names.flatMap((name) => [name, name.replaceAll("-", "")])) {
      const value = tag?.getAttribute("data-" + name) ?? query.get(name);
      if (value) return value;
    }
    return "";
  }

  const isOn = (/** @type {string} */ name) => /^(1|true|on)$/i.test(setting(name));
  const list = (/** @type {string} */ name) => setting(name).split(",").map((part) => part.trim()).filter(Boolean);
  const settings = {
    base: source.origin,
    group: setting("group-id", "group"),
    visitorId: setting("visitor-id"),
    name: setting("name"),
    email: setting("email"),
    phone: setting("phone"),
    language: setting("language") || document.documentElement.lang || navigator.language,
    terms: setting("terms"),
    /** Exact origins of frames that are shown where this script is in them, and of the page that a frame shows itself to. */
    frames: list("frames"),
    parent: setting("parent"),
    mask: { selectors: list("mask"), unmask: list("unmask"), everything: isOn("mask-everything") },
    /** Where the session stands; kept by what is fetched. */
    state: "idle",
  };
  const memory = "latchkey.session." + settings.group;
  /** @type {Map<string, Set<(detail: any) => void>>} */
  const listeners = new Map();
  /** @type {Promise<any> | undefined} */
  let visitor;

  /** @param {string} name @param {any} detail */
  function emit(name, detail) {
    for (const listener of [...(listeners.get(name) ?? [])]) {
      try {
        listener(detail);
      } catch (error) {
        // A mistake in the site's own listener is reported there and stops nothing here.
        reportError(error);
      }
    }
  }

  const fetched = (/** @type {string} */ name) => import(`${source.origin}/cobrowse/visitor/${name}.js`);
  if (settings.parent && window.parent !== window) {
    return void fetched("frame-follow").then((module) => module.followFrame({ ...settings, window }));
  }

  function load() {
    visitor ??= fetched("visitor-main").then((module) => module.createVisitor(settings, emit));
    return visitor;
  }

  /** @param {string} method @param {...any} values */
  async function call(method, ...values) {
    try {
      return await (await load())[method](...values);
    } catch (error) {
      visitor = undefined;
      emit("error", { code: "load", message: String(error) });
    }
  }

  /**
   * Who the visitor is can be said before the tag, as sites with the vendor's tag do, or by `start`.
   *
   * @param {object} more
   */
  function visitorOf(more) {
    const { visitorid: visitorId, name, email, phone } = site.GLANCE_COBROWSE || {};
    const known = Object.entries({ visitorId, name, email, phone }).filter(([, value]) => value);
    return { ...Object.fromEntries(known), ...more };
  }

  /** @param {Storage} storage */
  function isRemembered(storage) {
    const record = JSON.parse(storage.getItem(memory) || "null");
    if (record && Date.now() - record.at < 70000) return true;
    storage.removeItem(memory);
    return false;
  }

  function isGoingOn() {
    try {
      return isRemembered(sessionStorage) || isRemembered(localStorage);
    } catch {
      // Storage that may not be used remembers nothing.
      return false;
    }
  }

  /** @param {string} selector @param {boolean} isMasked */
  function setMask(selector, isMasked) {
    const { mask } = settings;
    mask.selectors = mask.selectors.filter((known) => known !== selector);
    mask.unmask = mask.unmask.filter((known) => known !== selector);
    (isMasked ? mask.selectors : mask.unmask).push(selector);
    if (visitor) call("setMask");
  }

  const api = Object.freeze({
    start: (/** @type {object} */ options) => call("start", visitorOf(options)),
    end: async () => visitor && call("end"),
    mask: (/** @type {string} */ selector) => setMask(selector, true),
    unmask: (/** @type {string} */ selector) => setMask(selector, false),
    presence: async (isOn = true, /** @type {object} */ who = {}) =>
      (isOn || visitor) && call("setPresence", isOn, visitorOf(who)),
    /** Listens to an event; returns what stops that. */
    on(/** @type {string} */ name, /** @type {(detail: any) => void} */ listener) {
      const own = listeners.get(name) ?? new Set();
      listeners.set(name, own.add(listener));
      return () => own.delete(listener);
    },
    get state() {
      return settings.state;
    },
  });
  Object.defineProperty(site, "Latchkey", { value: api, enumerable: true });

  /* The vendor's documented names for the same calls, for sites whose own scripts use them. */
  const { GLANCE = (site.GLANCE = {}) } = site;
  const start = (/** @type {any} */ given) => {
    const key = given?.sessionKey ?? (typeof given === "string" ? given : undefined);
    if (key === "GLANCE_KEYTYPE_RANDOM") return api.start({ visitorId: "" });
    return api.start(key ? { sessionKey: key } : {});
  };
  GLANCE.Cobrowse ??= {};
  GLANCE.Cobrowse.Visitor ??= {
    startSession: start,
    showTerms: start,
    stopSession: api.end,
    inSession: () => !["idle", "terms", "over"].includes(api.state),
    addEventListener(/** @type {string} */ name, /** @type {(detail: any) => void} */ listener) {
      const own = { sessionstart: "started", sessionend: "ended", error: "error" }[name];
      if (own) api.on(own, listener);
      if (name !== "agents") return;
      let count = 0;
      api.on("agentjoined", () => listener({ count: ++count }));
      api.on("agentleft", () => listener({ count: --count }));
    },
  };
  GLANCE.Cobrowse.VisitorUI ??= { showTerms: start };
  GLANCE.Presence ??= {};
  GLANCE.Presence.Visitor ??= class {
    constructor(/** @type {any} */ given) {
      this.who = given?.visitorid ? { visitorId: given.visitorid } : {};
    }
    presence() {
      api.presence(true, this.who);
    }
    connect() {
      api.presence(true, this.who);
    }
    disconnect() {
      api.presence(false);
    }
  };

  // A session goes on after navigation and reload, and in the site's other tabs.
  if (isGoingOn()) call("resume");
  else addEventListener("storage", ({ key, newValue }) => key === memory && newValue && !visitor && call("resume"));
  if (isOn("presence")) api.presence(true);
})();
