/* What a Visualforce page calls as Visualforce.remoting.Manager.invokeAction, in the form that Salesforce documents. */
"use strict";

var Visualforce = { remoting: { Manager: {} } };

(() => {
  const context = JSON.parse(document.currentScript.dataset.context);
  let transaction = 1;

  /* By default texts in a result come escaped for HTML. */
  function escaped(value) {
    if (typeof value === "string") {
      return value.replace(/[&<>"']/g, (one) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[one]);
    }
    if (Array.isArray(value)) return value.map(escaped);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, escaped(member)]));
  }

  Visualforce.remoting.Manager.invokeAction = async (name, ...rest) => {
    const options = typeof rest.at(-1) === "function" ? {} : rest.pop();
    const callback = rest.pop();
    const [action, method] = name.split(".");
    const call = { action, method, data: rest.length ? rest : null, type: "rpc", tid: ++transaction, ctx: context };
    const answer = await fetch("/apexremote", {
      method: "POST",
      headers: { "content-type": "application/json", "x-user-agent": "Visualforce-Remoting" },
      body: JSON.stringify(call),
    });
    const [event] = await answer.json();
    event.status = event.type === "rpc" && event.statusCode === 200;
    callback(event.status ? (options.escape === false ? event.result : escaped(event.result)) : null, event);
  };
})();
