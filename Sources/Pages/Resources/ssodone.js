"use strict";

/* Hands the sign-in to the page that opened this window, if that is one of ours: a browser delivers it to no other. */
(() => {
  const root = document.getElementById("sso-done");
  const { address } = root.dataset;
  delete root.dataset.address;
  if (window.opener) {
    window.opener.postMessage({ signedIn: address }, location.origin);
    window.close();
    return;
  }
  // The provider's pages have cut the tie between the two.
  const next = document.getElementById("sso-next");
  next.href = address;
  next.hidden = false;
})();
