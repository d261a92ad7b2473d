"use strict";

(() => {
  const root = document.getElementById("loginkey");
  const state = document.getElementById("loginkey-state");
  const { loginKey, origins } = root.dataset;
  delete root.dataset.loginKey;

  // The ticket in the address is spent; nothing of it stays in the history.
  history.replaceState(null, "", window.location.pathname);

  const target = window.parent !== window ? window.parent : window.opener;
  if (!target) {
    state.textContent = "No page around this one is waiting for the key.";
    return;
  }
  if (!origins) {
    state.textContent = "The group lists no origin, so no page gets the key. Ask your administrator to add this one.";
    return;
  }
  // To the listed origins only: a browser delivers a message to no other page than one of the origin that is named.
  for (const origin of origins.split(" ").filter(Boolean)) {
    target.postMessage({ glanceEvent: "authenticateSucceeded", data: { loginKey } }, origin);
  }
  state.textContent = "The page around this one has the key.";
})();
