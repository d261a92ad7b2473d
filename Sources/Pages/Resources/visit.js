"use strict";

(() => {
  const root = document.getElementById("visit");
  const { groupId, visitorId, sessionKey, name } = root.dataset;
  const stage = new LatchkeyStage("You");
  const memory = "latchkey.visit." + groupId + "." + visitorId;
  const offers = ["start", "accept", "decline", "again", "stop", "enter", "welcome", "later"];
  const answerButtons = [document.getElementById("welcome"), document.getElementById("later")];
  const openMilliseconds = 35000;
  const trustMilliseconds = 60000;
  const greeting = { title: stage.title.textContent, text: stage.text.textContent };
  let agent = "The agent";
  let session;
  let enteredKey = "";
  /* The question that the visitor has said yes to: the session gets the key that the agent has asked for. */
  let invitation = "";
  let offered = ["start", "enter"];
  /* The agents who ask to be let in, by the names of their questions; the first one is shown. */
  const questions = new Map();
  /* What the visitor has said, in case the server did not hear it. */
  const answers = new Map();
  let shown;
  let behind;
  /* The agent whom the visitor has just let in, and who is not asked about once more. */
  let trusted;
  let trustTimer;
  let armTimer;

  async function request(body) {
    const answer = await fetch("/api/v1/visits", {
      method: "POST",
      credentials: "omit",
      signal: AbortSignal.timeout(15000),
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: await answer.json() };
  }

  async function admit() {
    const resume = latchkeyMemory.get(memory);
    if (resume) {
      const back = await request({ resume });
      if (back.status === 200) return remember(back.body);
      latchkeyMemory.remove(memory);
      if (session.wasConnected) return fail("The session is over", "Start a new one if you still need help.");
    }
    const body = { groupid: groupId };
    if (enteredKey) body.sessionkey = enteredKey;
    else if (visitorId) body.visitorid = visitorId;
    if (invitation) body.invitation = invitation;
    if (name) body.name = name;
    const opened = await request(body);
    if (opened.status === 200) return remember(opened.body);
    if (opened.status === 404) return fail("There is no such session", "Check the key with the agent.");
    return fail("The session could not be started", opened.body.message);
  }

  function remember(admission) {
    latchkeyMemory.set(memory, admission.resume);
    stage.remember(admission.sessionKey);
    // A visitor's id is no key to read out: the agent knows it from the record.
    if (!trusted && admission.sessionKey !== visitorId) stage.showKey(admission.sessionKey);
    return admission;
  }

  function offer(...ids) {
    const focused = document.activeElement;
    offered = ids;
    clearTimeout(armTimer);
    for (const button of answerButtons) button.disabled = true;
    for (const id of offers) stage.toggle(id, ids.includes(id));
    /* Who uses the keyboard goes on from here, not from the top of the page. */
    if (focused && focused.closest("[hidden]")) stage.title.focus();
  }

  function fail(title, text) {
    distrust();
    if (session) session.isOver = true;
    latchkeyMemory.remove(memory);
    stage.toggle("key-line", false);
    stage.show("failed", title, text);
    offer("again", "enter");
    enteredKey = "";
    invitation = "";
    stage.title.focus();
    return null;
  }

  function waiting() {
    offer("stop");
    if (trusted) stage.show("joining", trusted + " is joining", "They will be with you in a moment.");
    else if (document.getElementById("key-line").hidden) stage.show("waiting", "Waiting for an agent", "They see that you are here.");
    else stage.show("waiting", "Waiting for an agent", "Read the key to the agent.");
  }

  /* The visitor takes the request back: no agent is waited for any more. */
  function stop() {
    distrust();
    session.leave();
    session.isOver = true;
    latchkeyMemory.remove(memory);
    enteredKey = "";
    invitation = "";
    stage.forget();
    for (const id of ["chat", "key-line"]) stage.toggle(id, false);
    stage.show("idle", greeting.title, greeting.text);
    offer("start", "enter");
  }

  function live(name, all = name) {
    distrust();
    agent = name;
    offer();
    stage.toggle("key-line", false);
    stage.show("live", "In session with " + all, agent + (all === name ? " is with you." : " is in control.") + " You can end the session at any time.");
    stage.converse(() => session);
  }

  /* A click that was meant for what stood there before the question is no answer to it. */
  function arm() {
    armTimer = setTimeout(() => {
      for (const button of answerButtons) button.disabled = false;
    }, 600);
  }

  function isFree() {
    return !session || session.isOver;
  }

  function invited(event) {
    const said = answers.get(event.invitation);
    if (said) return presence.send({ type: said, invitation: event.invitation });
    if (!isFree()) return;
    stopClock(event.invitation);
    // The question is repeated for as long as the agent waits.
    const timer = setTimeout(() => withdraw(event.invitation), openMilliseconds);
    questions.set(event.invitation, { agent: event.agent, timer });
    ask();
  }

  function stopClock(invitation) {
    if (questions.has(invitation)) clearTimeout(questions.get(invitation).timer);
  }

  function withdraw(invitation) {
    stopClock(invitation);
    questions.delete(invitation);
    ask();
  }

  /* Shows the first question, or what stood there before if there is none. */
  function ask() {
    const [first] = questions.keys();
    if (first === shown || !isFree()) return;
    if (!shown) {
      behind = { state: stage.lamp.dataset.state, title: stage.title.textContent, text: stage.text.textContent, offered };
    }
    shown = first;
    if (!first) {
      stage.show(behind.state, behind.title, behind.text);
      return offer(...behind.offered);
    }
    const name = questions.get(first).agent;
    stage.show("waiting", name + " would like to help you", "If you let them in, they will see this session and can write to you.");
    offer("welcome", "later");
    arm();
    if (document.activeElement.tagName !== "INPUT") stage.title.focus();
  }

  function answer(said) {
    const question = questions.get(shown);
    if (!question) return;
    answers.set(shown, said);
    presence.send({ type: said, invitation: shown });
    if (said === "declined") return withdraw(shown);
    trusted = question.agent;
    trustTimer = setTimeout(() => {
      distrust();
      if (stage.lamp.dataset.state === "joining") waiting();
    }, trustMilliseconds);
    enteredKey = "";
    invitation = shown;
    start();
  }

  function distrust() {
    clearTimeout(trustTimer);
    trusted = undefined;
  }

  function start() {
    for (const invitation of questions.keys()) stopClock(invitation);
    questions.clear();
    shown = undefined;
    offer();
    stage.show("joining", "One moment", "Connecting.");
    session = new LatchkeySession(admit, {
      connected: (event) => {
        session.wasConnected = true;
        if (event.status === "A") {
          live(event.other);
          stage.askAgain(session);
        } else waiting();
      },
      arrived: (event) => {
        agent = event.name;
        if (stage.isConversing) stage.show("live", "In session with " + agent, agent + " is back.");
      },
      consentAsked: (event) => {
        agent = event.agent;
        if (agent === trusted) {
          distrust();
          return session.send({ type: "accept", agent });
        }
        stage.show("waiting", agent + " would like to join", "They will see this session and can write to you.");
        offer("accept", "decline");
        document.getElementById("accept").focus();
      },
      active: (event) => {
        live(event.agent);
      },
      agents: (event) => {
        // A question, and that the agent is away, stand there until that is over.
        if (event.asked || event.away.split(" ").includes(event.control)) return;
        live(event.agent, event.names.split("\n").join(", "));
      },
      message: (event) => stage.add(event.name, event.text, false),
      said: (event) => stage.recall(event),
      away: () => stage.show("waiting", "Connection interrupted", agent + " may come back in a moment."),
      left: () => waiting(),
      reconnecting: () => stage.show("waiting", "Reconnecting", "The connection to the server was lost."),
      failed: () => fail("No connection", "The server cannot be reached."),
      refused: () => fail("The session is over", "Start a new one if you still need help."),
      ended: (event) => {
        latchkeyMemory.remove(memory);
        invitation = "";
        stage.forget();
        stage.toggle("chat", false);
        stage.toggle("key-line", false);
        stage.show("ended", "Session ended", event.status === "D" ? "You declined." : latchkeyEnding(event, "visitor", agent));
        offer("again");
        stage.title.focus();
      },
    });
    session.open().catch(() => fail("No connection", "The server cannot be reached."));
  }

  const presence = new LatchkeyPresence(
    "/visitor",
    () => ({
      type: "announce",
      groupid: groupId,
      visitorid: visitorId,
      name,
      url: location.origin + location.pathname,
      ...LatchkeyPresence.browser(),
    }),
    { invite: invited, withdrawn: (event) => withdraw(event.invitation) },
  );

  document.getElementById("welcome").addEventListener("click", () => answer("accepted"));
  document.getElementById("later").addEventListener("click", () => answer("declined"));
  document.getElementById("start").addEventListener("click", start);
  document.getElementById("again").addEventListener("click", start);
  document.getElementById("stop").addEventListener("click", stop);
  document.getElementById("accept").addEventListener("click", () => session.send({ type: "accept", agent }));
  document.getElementById("decline").addEventListener("click", () => session.send({ type: "decline", agent }));
  document.getElementById("enter").addEventListener("submit", (submit) => {
    submit.preventDefault();
    enteredKey = document.getElementById("agent-key").value.trim();
    if (enteredKey) start();
  });
  if (sessionKey) document.getElementById("agent-key").value = sessionKey;
  if (latchkeyMemory.get(memory)) start();
  if (visitorId) presence.open();
})();
