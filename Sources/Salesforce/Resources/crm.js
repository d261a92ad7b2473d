"use strict";

// What Salesforce does when a record page with a Canvas app is loaded: it posts the signed request into the frame.
for (const form of document.querySelectorAll("form[data-canvas]")) form.submit();

// And what it does when the app in the frame asks for another height.
addEventListener("message", ({ data, source, origin }) => {
  const frame = document.querySelector("iframe[name=panel]");
  if (origin !== location.origin || source !== frame.contentWindow) return;
  // The panel tells what happens, too, as objects; the organization's frames speak in JSON.
  if (typeof data !== "string") return;
  const { src, body } = JSON.parse(data);
  if (src === "client" && body.type === "resize") frame.style.height = body.size.height;
});
