"use strict";

/**
 * The panel on a Visualforce page. The page gives names; credentials come by the remote action at the click, and are
 * posted, so that they never stand in the page or in an address of the browser.
 *
 * @param {{ click: string, recordId: string, usesClient: boolean }} page
 */
function latchkeyPanel(page) {
  const state = document.getElementById("latchkey-state");
  const fallback = document.getElementById("latchkey-fallback");
  const inBrowser = document.getElementById("latchkey-in-browser");
  const buttons = document.querySelectorAll("[data-latchkey-button]");
  let last = "";

  /** Asks the organization; what it refuses is a sentence for the agent. */
  function ask(button, mode) {
    return new Promise((resolve, reject) => {
      Visualforce.remoting.Manager.invokeAction(
        page.click,
        page.recordId,
        button,
        mode,
        (fields, event) => {
          if (event.status && fields) resolve(fields);
          else reject(new Error(event.type === "exception" && event.message ? event.message : "Reload the record."));
        },
        // A click waits for no other call, and what comes is data: it is written into no markup.
        { buffer: false, escape: false, timeout: 30000 },
      );
    });
  }

  /** Posts credentials to a window. */
  function post(fields, target) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = fields.url;
    form.target = target;
    form.rel = "opener";
    for (const [name, value] of Object.entries(fields)) {
      if (name === "url" || name === "mode") continue;
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

  async function openBrowser(button, mode) {
    // The window is opened by the click itself: after the call the browser would block it.
    const target = "latchkey-" + Date.now();
    const opened = window.open("about:blank", target);
    state.textContent = "Opening …";
    try {
      const fields = await ask(button, mode);
      if (!opened) throw new Error("Your browser blocked the window. Allow pop-ups for this site, then click again.");
      if (!fields.url.startsWith("https://")) throw new Error("Reload the record.");
      post(fields, target);
      state.textContent = "Opened in a new window.";
    } catch (error) {
      if (opened) opened.close();
      state.textContent = error.message;
    }
  }

  async function openClient(button) {
    state.textContent = "Opening the client …";
    try {
      const fields = await ask(button, "client");
      if (!fields.url.startsWith("glancepanorama://")) throw new Error("Reload the record.");
      // In a frame of Lightning its policy would forbid the frame to leave for another scheme.
      window.open(fields.url, "_top");
      state.textContent = "The client opens. If nothing happens, connect this computer, or use the browser.";
      fallback.hidden = false;
    } catch (error) {
      state.textContent = error.message;
    }
  }

  async function click(button) {
    last = button;
    fallback.hidden = true;
    for (const one of buttons) one.disabled = true;
    if (page.usesClient && !inBrowser.checked && button !== "key") await openClient(button);
    else await openBrowser(button, "web");
    for (const one of buttons) one.disabled = false;
  }

  for (const one of buttons) {
    one.addEventListener("click", () => click(one.dataset.latchkeyButton));
  }
  document.getElementById("latchkey-connect").addEventListener("click", () => openBrowser(last, "connect"));
  document.getElementById("latchkey-browser").addEventListener("click", () => openBrowser(last, "web"));
}
