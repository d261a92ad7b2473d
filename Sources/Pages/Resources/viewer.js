"use strict";

(() => {
  const root = document.getElementById("viewer");
  const { token, sessionKey, visitorId, groupId, correlation, invitation } = root.dataset;
  // A panel that has opened this page hands on what it hears.
  const events = new LatchkeyEvents(root.dataset.origins + " " + location.origin);
  const stage = new LatchkeyStage(document.getElementById("agent-name").textContent);
  const pollMilliseconds = 2000;
  const agents = new LatchkeyAgents((command) => session.send(command), agentLink);
  let mode = root.dataset.mode;
  let session;
  let key = sessionKey;
  let joinedKey = "";
  let presence;
  let isAsked = false;
  let isDeclined = false;
  let hurry = 0;
  let other = "The visitor";
  let room;
  let rights;
  let frames = [];
  let wake = () => {};

  delete root.dataset.token;

  function tell(name, data) {
    events.tell(name, data);
  }

  function offer(...ids) {
    for (const id of ["wait", "retry", "another"]) stage.toggle(id, ids.includes(id));
  }

  async function request() {
    const body = mode === "start" ? { action: "start" } : { action: "join", wait: mode === "wait" ? "1" : "0" };
    if (key) body.sessionkey = key;
    else if (visitorId) body.visitorid = visitorId;
    if (invitation) body.invitation = invitation;
    const answer = await fetch("/api/v1/sessions", {
      method: "POST",
      credentials: "omit",
      signal: AbortSignal.timeout(15000),
      headers: { "content-type": "application/json", authorization: "Bearer " + token, "x-correlation-id": correlation },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: answer.status === 204 ? {} : await answer.json() };
  }

  /* The address that brings another agent of the group into this session. */
  function agentLink(invitation) {
    const query = new URLSearchParams({ groupid: groupId, SessionKey: joinedKey, Invitation: invitation });
    return location.origin + "/agentjoin/AgentView.aspx?" + query;
  }

  /* The page leads back into the session that it has started, and does not start another one, when it is loaded again. */
  function stay(key) {
    const url = new URL(location.href);
    for (const name of [...url.searchParams.keys()]) {
      if (["start", "sessionkey"].includes(name.toLowerCase())) url.searchParams.delete(name);
    }
    url.searchParams.set("SessionKey", key);
    history.replaceState(null, "", url);
  }

  /* The address that brings a visitor into this session, to be copied or mailed. */
  function invite(key) {
    const url = location.origin + "/visit?groupid=" + encodeURIComponent(groupId) + "&sessionkey=" + encodeURIComponent(key);
    const field = document.getElementById("visitor-url");
    const copy = document.getElementById("copy");
    const body = "Please open this page, and click on Enter beside the key:\n\n" + url;
    stage.showKey(key);
    field.value = url;
    document.getElementById("mail").href = "mailto:?subject=" + encodeURIComponent("Your support session") + "&body=" + encodeURIComponent(body);
    copy.onclick = async () => {
      field.select();
      try {
        await navigator.clipboard.writeText(url);
      } catch {
        // A frame may not be allowed to: then the old way, or the selection is left to be copied by hand.
        if (!document.execCommand("copy")) return;
      }
      copy.textContent = "Copied";
    };
    stage.toggle("invite", true);
  }

  /* Waits for the next attempt; a visitor who has just said yes will be there in a moment. */
  function pause(milliseconds) {
    if (hurry > 0) milliseconds = 200;
    hurry -= 1;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /* Learns what becomes of asking a visitor who is present. Without the right to see that, waiting goes on all the same. */
  function watch() {
    const visitor = visitorId || sessionKey;
    if (presence || mode !== "wait" || !visitor) return;
    const hello = { type: "connect", authorization: "Bearer " + token, groupid: groupId, visitorid: visitor };
    presence = new LatchkeyPresence("/agent", () => hello, {
      terms: answered,
      presence: (event) => (isAsked = isAsked && event.present),
      lost: () => (isAsked = false),
    });
    presence.open();
  }

  function answered(event) {
    if (mode !== "wait" || session.isOver) return;
    // Every look of a page that goes on waiting hears of the same answer again.
    if (event.status === "declined" && isDeclined) return;
    isAsked = event.status !== "declined";
    isDeclined = !isAsked;
    if (event.status === "asked") {
      stage.show("waiting", "Asking the visitor", "They are on the page and have to let you in.");
    } else if (event.status === "accepted") {
      stage.show("waiting", "The visitor lets you in", "One moment.");
      hurry = 20;
      wake();
    } else {
      session.isOver = true;
      wake();
      fail("The visitor declined", "They do not want help now. You can wait until they start a session themselves.", "wait", "another");
    }
  }

  async function admit() {
    const own = session;
    watch();
    for (;;) {
      const { status, body } = await request();
      if (own.isOver) return null;
      if (status === 200) {
        stage.remember(body.sessionId);
        joinedKey = body.sessionKey;
        if (mode === "start") {
          key = body.sessionKey;
          mode = "join";
          stay(key);
          latchkeyMemory.set("latchkey.started", key);
          invite(key);
        } else if (latchkeyMemory.get("latchkey.started") === key) {
          invite(key);
        }
        return body;
      }
      // The client has opened this session before the browser was chosen.
      if (status === 409 && mode === "start" && key) {
        mode = "join";
        continue;
      }
      if (status === 204) {
        if (!isAsked) stage.show("waiting", "Waiting for the visitor", "You will join as soon as they start their session.");
        tell("waiting", {});
      } else if (status === 404) {
        return fail("The session has not started", "Ask the visitor to start it, then wait here or check the key.", "wait", "another");
      } else if (status === 429) {
        stage.show("waiting", "One moment", "There were many attempts. Trying again shortly.");
      } else if (status === 401) {
        return fail("You are not allowed to do this", "Go back to the record and click again. If that does not help, give your administrator this id: " + body.correlationId);
      } else {
        return fail("The session could not be opened", body.message, "retry");
      }
      await pause(status === 429 ? 5 * pollMilliseconds : pollMilliseconds);
      if (own.isOver) return null;
    }
  }

  function fail(title, text, ...ids) {
    stage.show("failed", title, text);
    offer(...ids);
    stage.title.focus();
    tell("error", { message: title });
    return null;
  }

  /* The room comes with its first frame: what the visitor's script sends is shown by modules that are fetched then. */
  async function openRoom() {
    const { createRoom } = await import("/cobrowse/viewer/viewer-room.js");
    room = createRoom({ main: root, send: (kind, payload) => session.sendFrame(kind, payload) });
    if (rights) room.setRights(rights, other);
    room.setControl(agents.hasControl);
    for (const [kind, payload] of frames) room.receive(kind, payload);
    frames = undefined;
  }

  function receiveFrame(kind, payload) {
    if (room) return room.receive(kind, payload);
    if (!frames) frames = [];
    frames.push([kind, payload]);
    if (frames.length === 1) openRoom();
  }

  function closeRoom() {
    if (room) room.stop();
    room = undefined;
    frames = [];
  }

  function live(visitor, event) {
    mode = "join";
    other = visitor;
    if (presence) presence.close();
    if (event.may !== undefined) rights = event.may.split(" ").filter(Boolean);
    if (room && rights) room.setRights(rights, other);
    if (rights) agents.allow(rights);
    showAgents();
    stage.show("live", "In session with " + visitor, "You are connected.");
    stage.toggle("key-line", false);
    stage.toggle("invite", false);
    stage.converse(() => session);
  }

  /* Who stays behind decides what leaving means. */
  function showAgents() {
    const others = agents.others.map((agent) => agent.name).join(", ");
    document.getElementById("leaving-title").textContent = others ? "Leave the session?" : "End the session?";
    document.getElementById("leaving-text").textContent = others
      ? "If you leave, " + others + " will stay with " + other + "."
      : other + " will no longer be in a session either.";
    stage.toggle("leave-others", Boolean(others));
    stage.toggle("end-session", agents.hasControl);
    if (room) room.setControl(agents.hasControl);
  }

  /* Says how it ended for this agent, whom others may have outstayed or whose session another one has ended. */
  function ending(event) {
    const others = agents.others.map((agent) => agent.name).join(", ");
    if (!others || event.by !== "agent" || session.hasEnded) return latchkeyEnding(event, "agent", other);
    return session.isLeaving ? "You have left. " + others + " will go on." : agents.nameInControl + " ended the session.";
  }

  function start() {
    offer();
    let isToldStart = false;
    const tellStart = () => {
      if (!isToldStart) tell("sessionStarted", { sessionKey: key || visitorId });
      isToldStart = true;
    };
    const own = new LatchkeySession(admit, {
      connected: (event) => {
        if (event.status === "A") {
          // This page has not been in it yet, or comes back after a break.
          live(event.other, event);
          stage.askAgain(own);
          tellStart();
        } else stage.show("waiting", "Connected", "Waiting for the visitor.");
      },
      consentPending: () => stage.show("waiting", "Asking the visitor", "They have to let you in."),
      active: (event) => {
        live(event.visitor, event);
        tellStart();
      },
      agents: (event) => {
        agents.update(event);
        showAgents();
      },
      invitation: (event) => agents.invited(event.invitation),
      frame: receiveFrame,
      message: (event) => stage.add(event.name, event.text, false),
      said: (event) => stage.recall(event),
      away: () => stage.show("waiting", "Connection interrupted", "The visitor may come back in a moment."),
      arrived: (event) => {
        if (stage.isConversing) stage.show("live", "In session with " + event.name, event.name + " is back.");
      },
      left: () => stage.show("waiting", "The visitor has left", "You can wait for them to come back."),
      reconnecting: () => stage.show("waiting", "Reconnecting", "The connection to the server was lost."),
      failed: () => fail("No connection", "The server cannot be reached.", "retry"),
      refused: (event) =>
        event.reason === "occupied"
          ? fail("Somebody else is in this session", "Another agent has joined already, and can invite you.", "another")
          : event.reason === "full"
          ? fail("The session is full", "It already has as many agents as are allowed.", "another")
          : event.reason === "declined"
          ? fail("The visitor declined", "They do not want you to join this session.", "another")
          : fail("The session is over", "Ask the visitor to start a new one.", "wait", "another"),
      ended: (event) => {
        stage.toggle("chat", false);
        stage.toggle("key-line", false);
        stage.toggle("invite", false);
        stage.forget();
        closeRoom();
        const leaving = document.getElementById("leaving");
        if (leaving.open) leaving.close("stay");
        stage.show("ended", "Session ended", ending(event));
        agents.clear();
        offer("another");
        stage.title.focus();
        tell("sessionEnded", { status: event.status, sessionKey: key || visitorId });
      },
    });
    session = own;
    session.open().catch(() => fail("No connection", "The server cannot be reached.", "retry"));
  }

  document.getElementById("wait").addEventListener("click", () => {
    mode = "wait";
    start();
  });
  document.getElementById("retry").addEventListener("click", start);

  tell("viewerReady", {});
  if (mode === "notStarted") {
    mode = "join";
    fail("The session has not started", "Ask the visitor to start it, then wait here or check the key.", "wait", "another");
  } else {
    start();
  }
})();
