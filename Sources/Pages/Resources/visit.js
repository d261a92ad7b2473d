"use strict";

(() => {
  const root = document.getElementById("visit");
  const { groupId, visitorId, name } = root.dataset;
  const stage = new LatchkeyStage("You");
  const memory = "latchkey.visit." + groupId + "." + visitorId;
  let agent = "The agent";
  let session;
  let enteredKey = "";

  async function request(body) {
    const answer = await fetch("/api/v1/visits", {
      method: "POST",
      credentials: "omit",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: await answer.json() };
  }

  async function admit() {
    const resume = sessionStorage.getItem(memory);
    if (resume) {
      const back = await request({ resume });
      if (back.status === 200) return remember(back.body);
      sessionStorage.removeItem(memory);
      if (session.wasConnected) return fail("The session is over", "Start a new one if you still need help.");
    }
    const body = { groupid: groupId };
    if (enteredKey) body.sessionkey = enteredKey;
    else if (visitorId) body.visitorid = visitorId;
    if (name) body.name = name;
    const opened = await request(body);
    if (opened.status === 200) return remember(opened.body);
    if (opened.status === 404) return fail("There is no such session", "Check the key with the agent.");
    return fail("The session could not be started", opened.body.message);
  }

  function remember(admission) {
    sessionStorage.setItem(memory, admission.resume);
    stage.showKey(admission.sessionKey);
    return admission;
  }

  function offer(...ids) {
    for (const id of ["start", "accept", "decline", "again", "enter"]) stage.toggle(id, ids.includes(id));
  }

  function fail(title, text) {
    sessionStorage.removeItem(memory);
    stage.toggle("key-line", false);
    stage.show("failed", title, text);
    offer("again", "enter");
    enteredKey = "";
    stage.title.focus();
    return null;
  }

  function waiting() {
    offer();
    stage.show("waiting", "Waiting for an agent", "Read the key to the agent, or just wait if they know you.");
  }

  function live(name) {
    agent = name;
    offer();
    stage.toggle("key-line", false);
    stage.show("live", "In session with " + agent, agent + " is with you. You can end the session at any time.");
    stage.converse(() => session);
  }

  function start() {
    offer();
    stage.show("joining", "One moment", "Connecting.");
    session = new LatchkeySession(admit, {
      connected: (event) => {
        session.wasConnected = true;
        if (event.status === "A") live(event.other);
        else waiting();
      },
      arrived: (event) => {
        agent = event.name;
        if (stage.isConversing) stage.show("live", "In session with " + agent, agent + " is back.");
      },
      consentAsked: (event) => {
        agent = event.agent;
        stage.show("waiting", agent + " would like to join", "They will see this session and can write to you.");
        offer("accept", "decline");
        document.getElementById("accept").focus();
      },
      active: (event) => {
        live(event.agent);
      },
      message: (event) => stage.add(event.name, event.text, false),
      away: () => stage.show("waiting", "Connection interrupted", agent + " may come back in a moment."),
      left: () => waiting(),
      reconnecting: () => stage.show("waiting", "Reconnecting", "The connection to the server was lost."),
      failed: () => fail("No connection", "The server cannot be reached."),
      refused: () => fail("The session is over", "Start a new one if you still need help."),
      ended: (event) => {
        sessionStorage.removeItem(memory);
        stage.toggle("chat", false);
        stage.toggle("key-line", false);
        stage.show("ended", "Session ended", event.status === "D" ? "You declined." : latchkeyEndings[event.status] || "");
        offer("again");
        stage.title.focus();
      },
    });
    session.open().catch(() => fail("No connection", "The server cannot be reached."));
  }

  document.getElementById("start").addEventListener("click", start);
  document.getElementById("again").addEventListener("click", start);
  document.getElementById("accept").addEventListener("click", () => session.send({ type: "accept" }));
  document.getElementById("decline").addEventListener("click", () => session.send({ type: "decline" }));
  document.getElementById("enter").addEventListener("submit", (submit) => {
    submit.preventDefault();
    enteredKey = document.getElementById("agent-key").value.trim();
    if (enteredKey) start();
  });
  if (sessionStorage.getItem(memory)) start();
})();
