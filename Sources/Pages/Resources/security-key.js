"use strict";

/* Asks the browser for a security key, and posts what it has said. In a frame of another site a key is never asked for: that
   is done in a window of its own (sso.js). */
(() => {
  const form = document.getElementById("key-form");
  if (!form) return;
  const button = document.getElementById("key-use");
  const state = document.getElementById("key-state");
  const { ceremony, challenge, host, credentials, handle, username, displayName } = form.dataset;

  const bytes = (text) => {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  };
  const text = (buffer) => {
    const binary = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
    return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  };

  const known = credentials.split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: bytes(id) }));
  const common = { challenge: bytes(challenge), timeout: 240000 };
  const usage = {
    ...common, rpId: host, allowCredentials: known, userVerification: "discouraged",
  };
  const creation = () => ({
    ...common,
    rp: { id: host, name: "Latchkey" },
    user: { id: bytes(handle), name: username, displayName },
    pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key", alg })),
    excludeCredentials: known,
    attestation: "none",
    authenticatorSelection: { residentKey: "discouraged", userVerification: "discouraged" },
  });

  const messages = {
    NotAllowedError: "The security key was not used: you cancelled, it took too long, or it is not one of your keys. Try again.",
    InvalidStateError: "You have this security key already. Use another one.",
    NotSupportedError: "This security key does not support any signature that this server accepts. Use another one.",
    SecurityError: `Security keys are for https://${host}: open the page there.`,
  };

  async function ask() {
    if (ceremony === "create") {
      const { response } = await navigator.credentials.create({ publicKey: creation() });
      return { clientdata: response.clientDataJSON, attestation: response.attestationObject };
    }
    const { rawId, response } = await navigator.credentials.get({ publicKey: usage });
    return {
      credentialid: rawId,
      clientdata: response.clientDataJSON,
      authenticatordata: response.authenticatorData,
      signature: response.signature,
    };
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    state.textContent = "Touch your security key, or follow your browser.";
    try {
      for (const [name, value] of Object.entries(await ask())) {
        form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value: text(value) }));
      }
      form.submit();
    } catch (error) {
      state.textContent = messages[error.name] ?? "The browser could not use the security key. Try again.";
      button.disabled = false;
      button.focus();
    }
  });

  if (window.parent !== window) {
    form.hidden = true;
    document.getElementById("key-window").hidden = false;
  } else if (!window.PublicKeyCredential) {
    button.disabled = true;
    state.textContent = window.isSecureContext
      ? "This browser does not support security keys. Use another browser, or a recovery code."
      : "Browsers use security keys only at https: addresses.";
  }
})();
