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
    agent: "",
    agents: 0,
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
  let hasMet = false;
  let lostAt = 0;
  let attempts = 0;

  const show = { do: "show" };

  /** @param {string} name @param {object} detail @returns {Action} */
  const emit = (name, detail) => ({ do: "emit", name, detail });

  function isFree() {
    return state.phase === "idle" || state.phase === "over";
  }

  /** Asks the server to let the visitor in, or in again. @returns {Action[]} */
  function open() {
    if (state.phase !== "lost") state.phase = "opening";
    return [show, { do: "open", body: state.resume ? { resume: state.resume } : body }];
  }

  /** @param {string} ending @param {string} [endedBy] @returns {Action[]} */
  function over(ending, endedBy = "") {
    const { phase } = state;
    Object.assign(state, { phase: "over", ending, endedBy, resume: "", isAssisted: false, agents: 0 });
    trusted = "";
    /** @type {Action[]} */
    const actions = [{ do: "unask" }, { do: "hush" }, { do: "disconnect" }, { do: "forget" }, show];
    if (hasMet) actions.push(emit("agentleft", { name: state.agent }));
    hasMet = false;
    if (isAnnounced) actions.push(emit("ended", { status: ending, by: endedBy }));
    else if (phase !== "terms") actions.push(emit("error", { code: ending }));
    isAnnounced = false;
    return actions;
  }

  /** @param {string} name @returns {Action[]} */
  function live(name) {
    const isNew = !hasMet;
    Object.assign(state, { phase: "live", agent: name, agents: Math.max(1, state.agents), isAgentAway: false });
    trusted = "";
    hasMet = true;
    /** @type {Action[]} */
    const actions = [{ do: "unask" }, { do: "remember" }, { do: "capture" }, show];
    return isNew ? [...actions, emit("agentjoined", { name })] : actions;
  }

  /** @returns {Action[]} */
  function waiting() {
    Object.assign(state, { phase: "waiting", isAssisted: false, agents: 0 });
    /** @type {Action[]} */
    const actions = [{ do: "unask" }, { do: "hush" }, show];
    if (hasMet) actions.push(emit("agentleft", { name: state.agent }));
    hasMet = false;
    return actions;
  }

  /** @returns {Action[]} */
  function retry() {
    attempts += 1;
    return [{ do: "retry", milliseconds: Math.min(250 * 2 ** attempts, attempts < 8 ? 2000 : 5000) }];
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
      const isKnown = !body.sessionkey && Boolean(body.visitorid);
      Object.assign(state, { phase: "terms", agent: trusted, key: "", isKnown, resume: "", ending: "", endedBy: "" });
      hasMet = isAnnounced = isResumed = false;
      attempts = 0;
      // Who lets an agent in has read the terms with that question.
      return trusted ? open() : [show, { do: "ask", question: "terms" }];
    },
    resume(event) {
      if (!isFree()) return [];
      const { resume, agent = "", key = "", isKnown = false } = event;
      Object.assign(state, { resume, agent, key, isKnown });
      isResumed = true;
      isAnnounced = hasMet = false;
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
    connected({ status, other, may, agents }) {
      attempts = 0;
      if (may !== undefined) state.may = may.split(" ").filter(Boolean);
      state.agents = agents ?? state.agents;
      /** @type {Action[]} */
      const actions = [];
      if (!isAnnounced) actions.push(emit("started", { sessionKey: state.key, isResumed }));
      isAnnounced = true;
      return [...actions, ...(status === "A" ? live(other || state.agent) : waiting())];
    },
    consentAsked({ agent }) {
      state.agent = agent;
      if (agent === trusted) return [{ do: "send", command: { type: "accept", agent } }];
      state.phase = "asking";
      return [show, { do: "ask", question: "join", agent }];
    },
    join({ yes, agent }) {
      if (state.phase !== "asking" || agent !== state.agent) return [];
      return [{ do: "send", command: { type: yes ? "accept" : "decline", agent } }];
    },
    active({ agent, may }) {
      if (may !== undefined) state.may = may.split(" ").filter(Boolean);
      return live(agent);
    },
    assisted({ isOn }) {
      if (state.phase !== "live" && isOn) return [];
      state.isAssisted = isOn;
      return [{ do: "remember" }, show];
    },
    away() {
      state.isAgentAway = true;
      return [show];
    },
    arrived({ name }) {
      if (state.phase !== "live") return [];
      Object.assign(state, { agent: name, isAgentAway: false });
      return [show];
    },
    left: waiting,
    message: ({ name, text, at }) => [{ do: "say", name, text, at, isOwn: false }],
    ended: ({ status, by }) => over(status, by || (status === "C" ? "agent" : "")),
    refused: ({ reason }) => over(reason === "occupied" ? "occupied" : "gone"),
    closed: ({ at }) => (["opening", "waiting", "asking", "live", "lost"].includes(state.phase) ? lose(at) : []),
    end() {
      if (isFree()) return [];
      if (state.phase === "terms") return handlers.terms({ type: "terms", yes: false });
      return [{ do: "send", command: { type: "leave" } }, ...over("C", "visitor")];
    },
    /** Another tab of the site is the one that is shown. */
    elsewhere() {
      if (["idle", "terms", "over", "elsewhere"].includes(state.phase)) return [];
      state.phase = "elsewhere";
      isResumed = true;
      return [{ do: "unask" }, { do: "hush" }, { do: "disconnect" }, show];
    },
    /** This tab is the one that is shown. */
    here: () => (state.phase === "elsewhere" ? open() : []),
    /** What another tab has learned of the session. */
    news({ agent }) {
      if (state.phase !== "elsewhere") return [];
      state.agent = agent;
      return [show];
    },
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
