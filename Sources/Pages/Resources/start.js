"use strict";

(() => {
  const root = document.getElementById("start");
  const { token, join, start, correlation } = root.dataset;
  const usesClient = "usesClient" in root.dataset;
  delete root.dataset.token;

  const launch = new LatchkeyLaunch(open);

  /* Each opening has an id of its own but the first, which goes on with the click that led here. */
  let id = correlation;

  async function open() {
    const headers = { "content-type": "application/json", authorization: "Bearer " + token };
    if (id) headers["x-correlation-id"] = id;
    id = "";
    try {
      const answer = await fetch("/agent/launch", {
        method: "POST",
        credentials: "omit",
        headers,
        body: JSON.stringify({ join, start }),
      });
      const offer = await answer.json();
      if (!answer.ok) return launch.show(offer.message + " " + offer.correlationId, "again");
      if (!join) setBrowserKey(offer.sessionkey);
      await launch.run(offer);
    } catch {
      launch.show("The server cannot be reached. Try again.", "again");
    }
  }

  /* The browser opens the same session that the client would. */
  function setBrowserKey(key) {
    const form = document.getElementById("browser");
    let input = form.elements.namedItem("sessionkey");
    if (!input) {
      input = document.createElement("input");
      input.type = "hidden";
      input.name = "sessionkey";
      form.append(input);
    }
    input.value = key;
  }

  launch.again.addEventListener("click", open);
  if (usesClient) open();
  else document.getElementById("browser").requestSubmit();
})();
