"use strict";

(() => {
  const root = document.getElementById("panel");
  const state = document.getElementById("launch-state");
  const inBrowser = document.getElementById("in-browser");
  const browserButton = document.getElementById("launch-browser");
  const token = root.dataset.token;
  const events = new LatchkeyEvents(root.dataset.origins);
  const client = "usesClient" in root.dataset ? new LatchkeyLaunch(() => openClient(last), toldByClient) : null;
  const opened = new Set();
  const terms = {
    asked: "They are being asked to let you in.",
    accepted: "They let you in.",
    declined: "They declined.",
  };
  let last;
  let visitorId = root.dataset.visitorId || "";
  /* Each click has an id of its own but the first, which goes on with the one that the panel was shown under. */
  let id = root.dataset.correlation;
  delete root.dataset.token;

  /* Posts the credentials, so that they never stand in an address. */
  function post(fields, target) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = fields.url;
    form.target = target;
    for (const [name, value] of Object.entries(fields)) {
      if (name === "url") continue;
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = name;
      input.value = value;
      form.append(input);
    }
    document.body.append(form);
    form.submit();
    form.remove();
  }

  async function ask(body, correlation, path = "/panel/launch") {
    const headers = { "content-type": "application/json" };
    if (correlation) headers["x-correlation-id"] = correlation;
    const answer = await fetch(path, {
      method: "POST",
      credentials: "omit",
      headers,
      body: JSON.stringify({ token, visitorid: visitorId, ...body }),
    });
    const fields = await answer.json();
    if (!answer.ok) throw new Error(explain(answer.status, fields));
    return fields;
  }

  /* `offer` is the client's launch whose session the browser is to open, if there was one. */
  async function openBrowser(action, offer) {
    // The window is opened by the click itself: later the browser would block it.
    const target = "latchkey-" + Date.now();
    const viewer = window.open("about:blank", target);
    state.textContent = "Opening …";
    events.tell("opening", { action, target: "browser" });
    try {
      const body = { action };
      if (offer) body.sessionkey = offer.sessionkey;
      const fields = await ask(body, offer ? offer.correlationid : takeID());
      if (!viewer) throw new Error("Your browser blocked the window. Allow pop-ups for this site, then click again.");
      opened.add(viewer);
      post(fields, target);
      state.textContent = "Opened in a new window.";
    } catch (error) {
      if (viewer) viewer.close();
      fail(error.message || "The server cannot be reached. Try again.");
    }
  }

  async function openClient(action) {
    last = action;
    browserButton.hidden = true;
    events.tell("opening", { action, target: "client" });
    try {
      const offer = await ask({ action, mode: "client" }, takeID());
      browserButton.hidden = false;
      // Not awaited: it goes on telling for as long as the session lasts.
      client.run(offer);
    } catch (error) {
      const text = error.message || "The server cannot be reached.";
      client.show(text, "again");
      events.tell("error", { message: text });
    }
  }

  function takeID() {
    const taken = id;
    id = "";
    return taken;
  }

  function fail(text) {
    state.textContent = text;
    events.tell("error", { message: text });
  }

  function toldByClient(launchState) {
    events.tell("client", { state: launchState });
  }

  /* Hands on what the viewers say that this panel has opened: the page around it has not opened them, and hears nothing. */
  function handOn(message) {
    if (message.origin !== location.origin || !opened.has(message.source)) return;
    const { glanceEvent, data } = message.data || {};
    if (typeof glanceEvent === "string") events.tell(glanceEvent, data);
  }

  /* Lights the Join button up for as long as the customer is on their page, and says so. */
  function watch() {
    const { groupId } = root.dataset;
    const line = document.getElementById("presence");
    const join = document.querySelector("[data-action=join]");
    const renewalMilliseconds = 110 * 60000;
    let credential = { token: root.dataset.presence, since: Date.now() };
    let isPresent = false;
    let told = "";
    let leaving;
    let forgetting;
    delete root.dataset.presence;

    function set(value) {
      if (value !== isPresent) events.tell("visitorPresence", { visitorId, isPresent: value });
      isPresent = value;
      show();
    }

    function show() {
      join.classList.toggle("lit", isPresent);
      line.classList.toggle("lit", isPresent);
      line.textContent = isPresent ? ("The customer is on the page now. " + told).trim() : "";
    }

    function leave() {
      clearTimeout(leaving);
      set(false);
    }

    function tell(text) {
      clearTimeout(forgetting);
      if (text) forgetting = setTimeout(() => tell(""), 40000);
      told = text;
      show();
    }

    /* A panel that has been open for hours gets a new token; one that is too old for that stops. */
    async function renew() {
      try {
        const fields = await ask({}, "", "/panel/presence");
        credential = { token: fields.token, since: Date.now() };
      } catch (error) {
        presence.isOver = !(error instanceof TypeError);
        throw error;
      }
    }

    async function hello() {
      if (Date.now() - credential.since > renewalMilliseconds) await renew();
      return { type: "connect", authorization: "Bearer " + credential.token, groupid: groupId, visitorid: visitorId };
    }

    const presence = new LatchkeyPresence("/agent", hello, {
      presence: (event) => {
        clearTimeout(leaving);
        set(isPresent || event.present);
        // A customer who reloads the page is back in a moment.
        if (!event.present) leaving = setTimeout(leave, 700);
      },
      terms: (event) => tell(terms[event.status] || ""),
      lost: leave,
    });
    presence.open();
  }

  /* Asks Canvas for a higher frame where the panel does not fit, in the message of Canvas's own `resize`. */
  function fit({ canvasOrigin: origin, canvasInstance: instanceId }) {
    if (!origin) return;
    let number = 0;
    let told = 0;
    new ResizeObserver(() => {
      const height = Math.ceil(root.getBoundingClientRect().height);
      if (height <= innerHeight || height === told) return;
      told = height;
      number += 1;
      const body = { type: "resize", config: { client: { instanceId, targetOrigin: origin } }, size: { height: height + "px" } };
      parent.postMessage(JSON.stringify({ seq: number, src: "client", clientVersion: "66.0", body }), origin);
    }).observe(root);
  }

  function explain(status, body) {
    if (status === 401) return "You may not do this. Reload the record; if that does not help, send your administrator this id: " + body.correlationId;
    return body.message || "That did not work. Try again.";
  }

  /* A panel that was shown beside no record may have to ask the page around it; until then there is nobody to join. */
  async function begin() {
    const { zendeskOrigin: origin, zendeskApp: appGuid, zendeskPath: path } = root.dataset;
    const join = document.querySelector("[data-action=join]");
    if (origin && join) {
      join.hidden = true;
      visitorId = await latchkeyZendesk({ origin, appGuid, path });
      join.hidden = !visitorId;
    }
    events.tell("panelReady", { visitorId });
    if ("presence" in root.dataset && visitorId) watch();
  }

  async function click(button) {
    const opensClient = client && "opensClient" in button.dataset && !inBrowser.checked;
    if (client) client.round += 1;
    button.disabled = true;
    if (opensClient) {
      await openClient(button.dataset.action);
    } else {
      if (client) client.show("");
      await openBrowser(button.dataset.action);
    }
    button.disabled = false;
  }

  addEventListener("message", handOn);
  fit(root.dataset);
  begin();
  for (const button of document.querySelectorAll("[data-action]")) {
    button.addEventListener("click", () => click(button));
  }
  if (client) {
    client.again.addEventListener("click", () => openClient(last));
    browserButton.addEventListener("click", () => {
      client.round += 1;
      client.show("");
      browserButton.hidden = true;
      openBrowser(last, client.offer);
    });
  }
})();
