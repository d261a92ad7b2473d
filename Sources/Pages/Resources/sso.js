"use strict";

/* In a frame, sign-in takes place in a window of its own: providers let nobody frame their pages. The window hands over an
   address with a ticket for one opening; what the page around this one is told follows from there. */
(() => {
  if (window.parent === window) return;
  const state = document.getElementById("sso-state");
  let opened = null;

  for (const link of document.querySelectorAll("a[data-provider]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      opened = window.open(`${link.href}&sso=window`, "_blank", "popup,width=520,height=680");
      state.textContent = opened
        ? "Sign in in the window that has opened."
        : "The browser has blocked the window. Allow windows for this site, then try again.";
    });
  }

  window.addEventListener("message", (event) => {
    if (!opened || event.source !== opened || event.origin !== location.origin) return;
    const { signedIn } = event.data ?? {};
    // A path of this server and nothing else.
    if (typeof signedIn !== "string" || !/^\/[a-z]/i.test(signedIn)) return;
    opened = null;
    location.replace(signedIn);
  });
})();
