"use strict";

(() => {
  const root = document.getElementById("panel");
  const state = document.getElementById("panel-state");
  const token = root.dataset.token;
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

  async function launch(action, button) {
    // The window is opened by the click itself: later the browser would block it.
    const target = "latchkey-" + Date.now();
    const opened = window.open("about:blank", target);
    button.disabled = true;
    state.textContent = "Opening …";
    try {
      const answer = await fetch("/salesforce/panel/launch", {
        method: "POST",
        credentials: "omit",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ token, action }),
      });
      const fields = await answer.json();
      if (!answer.ok) throw new Error(explain(answer.status, fields));
      if (!opened) throw new Error("Your browser blocked the window. Allow pop-ups for this site, then click again.");
      post(fields, target);
      state.textContent = "Opened in a new window.";
    } catch (error) {
      if (opened) opened.close();
      state.textContent = error.message || "The server cannot be reached. Try again.";
    } finally {
      button.disabled = false;
    }
  }

  function explain(status, body) {
    if (status === 401) return "You may not do this. Reload the record; if that does not help, send your administrator this id: " + body.correlationId;
    return body.message || "That did not work. Try again.";
  }

  for (const button of document.querySelectorAll("[data-action]")) {
    button.addEventListener("click", () => launch(button.dataset.action, button));
  }
})();
