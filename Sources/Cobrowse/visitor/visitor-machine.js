/**
 * The life of a session on the visitor's side, without page, network or clock: what happens goes in, what to do comes out.
 *
 * @typedef {"idle" | "terms" | "opening" | "waiting" | "asking" | "live" | "lost" | "elsewhere" | "over"} Phase
 * @typedef {{type: string, [name: string]: any}} Happening
 * @typedef {{do: string, [name: string]: any}} Action
 *
 * Actions: `ask` and `unask` a question; `open` posts to the visits service; `connect`, `send`, `disconnect`; `retry` after
 * a while; `capture` starts or goes on, `hush` stops it; `remember`, `forget`; `show` the bar anew; `emit` an event of the
 * site's API; `say` adds a message.
 */

/** How long a lost connection is tried again. */
export const lossMilliseconds = 60000;

export function createMachine() {
  /** What the bar shows and what is remembered. */
  const state = {
    phase: /** @type {Phase} */ ("idle"),
    /** The agent who asks to be let in, or the one in control. */
    agent: "",
    /** All who are there. */
    names: /** @type {string[]} */ ([]),
    /** The agent whom the visitor is asked about. */
    asked: "",
    isAgentAway: false,
    key: "",
    /** Whether the key is the site's name for the visitor, which is nothing to read out. */
    isKnown: false,
    resume: "",
    may: /** @type {string[]} */ ([]),
    isAssisted: false,
    /** Why it is over: a status of the protocol, or `network`, `gone`, `unknown`, `refused`, `occupied`. */
    ending: "",
    /** Who ended it: `visitor`, `agent` or nobody. */
    endedBy: "",
  };
  /** What the session is opened with. */
  let body = /** @type {Record<string, string>} */ ({});
  /** The agent who was let in before the session began, and who is not asked about once more. */
  let trusted = "";
  let isResumed = false;
  let isAnnounced = false;
  let lostAt = 0;
  let attempts = 0;

  const show = { do: "show" };

  /** @param {string} name @param {object} detail @returns {Action} */
  const emit = (name, detail) => ({ do: "emit", name, detail });

  /**
   * Says who has come and who has left.
   *
   * @param {string[]} names
   * @returns {Action[]}
   */
  function meet(names) {
    const before = state.names;
    state.names = names;
    const changes = (/** @type {string[]} */ some, /** @type {string[]} */ others, /** @type {string} */ what) =>
      some.filter((name) => !others.includes(name)).map((name) => emit("agent" + what, { name }));
    return [...changes(before, names, "left"), ...changes(names, before, "joined")];
  }

  function isFree() {
    return state.phase === "idle" || state.phase === "over";
  }

  /** Whether this page takes no part in a session. */
  const isApart = () => isFree() || ["terms", "elsewhere"].includes(state.phase);

  /** Asks the server to let the visitor in, or in again. @returns {Action[]} */
  function open() {
    if (state.phase !== "lost") state.phase = "opening";
    return [show, { do: "open", body: state.resume ? { resume: state.resume } : body }];
  }

  /** @param {string} ending @param {string} [endedBy] @returns {Action[]} */
  function over(ending, endedBy = "") {
    const { phase } = state;
    Object.assign(state, { phase: "over", ending, endedBy, resume: "", isAssisted: false });
    trusted = "";
    const actions = [{ do: "unask" }, { do: "hush" }, { do: "disconnect" }, { do: "forget" }, show, ...meet([])];
    if (isAnnounced) actions.push(emit("ended", { status: ending, by: endedBy }));
    else if (phase !== "terms") actions.push(emit("error", { code: ending }));
    isAnnounced = false;
    return actions;
  }

  /**
   * What one agent was allowed does not hold for another.
   *
   * @param {string} name
   */
  function lead(name) {
    if (name !== state.agent) state.isAssisted = false;
    state.agent = name;
  }

  /** @param {string | undefined} may */
  function allow(may) {
    if (may !== undefined) state.may = may.split(" ").filter(Boolean);
  }

  /** @param {string} name @returns {Action[]} */
  function live(name) {
    lead(name);
    Object.assign(state, { phase: "live", isAgentAway: false });
    trusted = "";
    const joined = meet(state.names[0] ? state.names : [name]);
    return [{ do: "unask" }, { do: "remember" }, { do: "capture" }, show, ...joined];
  }

  /** @returns {Action[]} */
  function waiting() {
    Object.assign(state, { phase: "waiting", isAssisted: false });
    return [{ do: "unask" }, { do: "hush" }, show, ...meet([])];
  }

  /** @returns {Action[]} */
  function retry() {
    attempts += 1;
    return [{ do: "retry", milliseconds: Math.min(250 * 2 ** attempts, 5000) }];
  }

  /** @param {number} at @returns {Action[]} */
  function lose(at) {
    if (state.phase !== "lost") lostAt = at;
    state.phase = "lost";
    if (at - lostAt >= lossMilliseconds) return over("network");
    return [{ do: "unask" }, show, ...retry()];
  }

  /** @param {Happening} event @returns {Action[]} */
  function openFailed({ status, at }) {
    const isBack = Boolean(state.resume);
    // A server that is too busy, or not there, is asked again.
    if (isBack && (status === 0 || status === 429 || status >= 500)) return lose(at);
    if (status === 404 && isBack) {
      if (isAnnounced) return over("gone");
      Object.assign(state, { phase: "idle", resume: "" });
      return [{ do: "forget" }, show];
    }
    // No agent has opened a session with this key: the visitor's session gets it.
    if (status === 404 && body.sessionkey) {
      const { sessionkey, ...others } = body;
      body = { ...others, visitorid: sessionkey };
      return open();
    }
    return over(status === 0 ? "network" : status === 409 ? "occupied" : status === 404 ? "unknown" : "refused");
  }

  /** @type {Record<string, (event: Happening) => Action[]>} */
  const handlers = {
    start(event) {
      if (!isFree()) return [show];
      body = event.body;
      trusted = event.trusted || "";
      const isKnown = Boolean(body.visitorid);
      Object.assign(state, { phase: "terms", agent: trusted, key: "", isKnown, resume: "", ending: "", endedBy: "", names: [] });
      isAnnounced = isResumed = false;
      attempts = 0;
      // Who lets an agent in has read the terms with that question.
      return trusted ? open() : [show, { do: "ask", question: "terms" }];
    },
    resume(event) {
      if (!isFree()) return [];
      const { resume, agent = "", key = "", isKnown = false } = event;
      Object.assign(state, { resume, agent, key, isKnown, names: [] });
      isResumed = true;
      isAnnounced = false;
      attempts = 0;
      if (event.isShown) return open();
      state.phase = "elsewhere";
      return [show];
    },
    terms({ yes }) {
      if (state.phase !== "terms") return [];
      if (yes) return open();
      isAnnounced = true;
      return over("D", "visitor");
    },
    opened({ admission }) {
      if (state.phase !== "opening" && state.phase !== "lost") return [];
      Object.assign(state, { resume: admission.resume, key: admission.sessionKey });
      return [{ do: "remember" }, { do: "connect", admission }];
    },
    openFailed,
    retry: () => (state.phase === "lost" ? open() : []),
    connected({ status, other, may }) {
      attempts = 0;
      allow(may);
      /** @type {Action[]} */
      const actions = [];
      if (!isAnnounced) actions.push(emit("started", { sessionKey: state.key, isResumed }));
      isAnnounced = true;
      return [...actions, ...(status === "A" ? live(other || state.agent) : waiting())];
    },
    consentAsked({ agent }) {
      state.asked = agent;
      if (agent === trusted) return [{ do: "send", command: { type: "accept", agent } }];
      // In a session, it is another agent beside those who are there.
      if (state.phase !== "live") Object.assign(state, { agent, phase: "asking" });
      return [show, { do: "ask", question: "join", agent }];
    },
    join({ yes, agent }) {
      if (agent !== state.asked) return [];
      state.asked = "";
      // An agent whose page is still on its way comes in when it is there.
      if (yes && state.phase === "asking") state.phase = "opening";
      return [show, { do: "send", command: { type: yes ? "accept" : "decline", agent } }];
    },
    active({ agent, may }) {
      allow(may);
      return live(agent);
    },
    /** Who is there, who of them is in control, and whom the visitor is asked about. */
    agents({ agent, names, control, away, may, asked }) {
      if (state.phase !== "live") return [];
      // What is still a question is asked anew.
      const isSame = agent === state.agent && asked === state.asked;
      lead(agent);
      allow(may);
      Object.assign(state, { asked, isAgentAway: away.split(" ").includes(control) });
      return [{ do: isSame ? "show" : "unask" }, { do: "allow" }, show, ...meet(names.split("\n"))];
    },
    assisted({ isOn }) {
      if (state.phase !== "live" && isOn) return [];
      state.isAssisted = isOn;
      return [{ do: "remember" }, show];
    },
    left: waiting,
    message: ({ name, text, at }) => [{ do: "say", name, text, at, isOwn: false }],
    ended: ({ status, by }) => over(status, by || (status === "C" ? "agent" : "")),
    refused: ({ reason }) => over(reason === "occupied" ? "occupied" : "gone"),
    closed: ({ at }) => (isApart() ? [] : lose(at)),
    end() {
      if (isFree()) return [];
      if (state.phase === "terms") return handlers.terms({ type: "terms", yes: false });
      return [{ do: "send", command: { type: "leave" } }, ...over("C", "visitor")];
    },
    /** Another tab of the site is the one that is shown. */
    elsewhere() {
      if (isApart()) return [];
      state.phase = "elsewhere";
      isResumed = true;
      return [{ do: "unask" }, { do: "hush" }, { do: "disconnect" }, show];
    },
    /** This tab is the one that is shown. */
    here: () => (state.phase === "elsewhere" ? open() : []),
    overElsewhere({ ending, endedBy }) {
      isAnnounced = true;
      return isFree() ? [] : over(ending, endedBy);
    },
  };

  return {
    state,
    isFree,
    /** @param {Happening} event @returns {Action[]} */
    handle(event) {
      return handlers[event.type]?.(event) ?? [];
    },
  };
}
