// A stand-in for the server, to work on the live session's scripts without building it: it serves them as the server does
// and plays the visits and sessions services, the session server and presence.
//
// node Tests/Cobrowse/standin/server.mjs [port]     then open /demo/shop and /agentjoin/AgentView.aspx?SessionKey=…
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { accept } from "./socket.mjs";
import { Session } from "./session.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const sources = join(root, "Sources");
/** A folder of bundles may be served in place of the sources. */
const scripts = process.env.SCRIPTS ?? join(sources, "Cobrowse");
const types = { ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html; charset=utf-8" };
const frames = {
  "/cobrowse/frame": "<!doctype html>",
  "/cobrowse/frame/limited":
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">',
  "/cobrowse/frame/quirks": "",
};
const framePolicy =
  "default-src 'none'; script-src 'none'; style-src 'unsafe-inline' blob: data:; img-src blob: data:; font-src blob: data:; " +
  "media-src blob: data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox allow-same-origin";
const shopPolicy = (other) =>
  `default-src 'none'; require-trusted-types-for 'script'; script-src 'self' ${other}; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; ` +
  `base-uri 'none'; connect-src 'self' ${other} ${other.replace("http", "ws")}; frame-ancestors 'none'`;

const sessions = new Map();
const keys = new Map();
const resumes = new Map();
const present = new Map();
let next = 1;
let may = (process.env.MAY ?? "annotate,navigate,assist").split(",").filter(Boolean);
const random = () => Math.random().toString(36).slice(2, 10);

function admit(session, side, name, id) {
  const serverKey = random();
  keys.set(serverKey, { session, side, name, id });
  return { server: session.server, serverKey, sessionKey: session.key, resume: "", sessionId: "s" + session.key, status: session.status };
}

function open(key, owner, host) {
  const session = new Session(key, owner, may);
  session.server = `ws://${host}/session`;
  sessions.set(key, session);
  return session;
}

const isOpen = (session) => session && !/[CDKX]/.test(session.status);

function visit(body, host) {
  let place = resumes.get(body.resume);
  if (body.resume && !(place && isOpen(place.session))) return [404, {}];
  if (!place) {
    let session = body.sessionkey && sessions.get(body.sessionkey);
    if (body.sessionkey && !isOpen(session)) return [404, {}];
    if (!session && body.visitorid && isOpen(sessions.get(body.visitorid))) return [409, { message: "open elsewhere" }];
    session ||= open(body.visitorid || String(100000 + next++), "visitor", host);
    place = { session, name: body.name || "Visitor", id: random(), resume: random() };
    resumes.set(place.resume, place);
  }
  return [200, { ...admit(place.session, "visitor", place.name, place.id), resume: place.resume }];
}

function join_(body, host) {
  if (body.action === "start") return [200, admit(open(String(100000 + next++), "agent", host), "agent", "Dana Whitfield", "dana")];
  const key = body.sessionkey || body.visitorid;
  const session = sessions.get(key);
  if (isOpen(session)) return [200, admit(session, "agent", "Dana Whitfield", "dana")];
  present.get(key)?.send(JSON.stringify({ type: "invite", invitation: "i-" + key, agent: "Dana Whitfield" }));
  return [404, {}];
}

async function page(name, values, host, scripts) {
  let text = await readFile(join(sources, "Pages/Resources", name + ".mustache"), "utf8");
  text = text.replace(/\{\{(\w+)\}\}/g, (_, key) => values[key] ?? "");
  const tags = scripts.map((script) => `<script src="/assets/${script}" defer></script>`).join("");
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>Session · Latchkey</title><link rel="stylesheet" href="/assets/latchkey.css">${tags}</head><body class="page-${name}">${text}</body></html>`;
  const policy =
    `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws://${host} ws://${host.replace("127.0.0.1", "localhost")}; ` +
    "form-action 'self'; base-uri 'none'; frame-src 'self'; frame-ancestors 'none'";
  return [200, html, { "content-type": types[".html"], "content-security-policy": policy }];
}

async function file(path, headers = {}) {
  try {
    return [200, await readFile(path), { "content-type": types[extname(path)] ?? "text/plain", ...headers }];
  } catch {
    return [404, "not found", {}];
  }
}

const open_ = { "access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin" };

async function answer(request, url, body, host) {
  const path = url.pathname;
  if (path === "/visitor.js" || path === "/cobrowse/CobrowseJS.ashx") {
    return file(join(scripts, "visitor/loader.js"), open_);
  }
  const module = path.match(/^\/cobrowse\/(visitor|viewer|shared)\/([\w-]+\.js)$/);
  if (module) {
    const folder = module[1];
    const found = await file(join(scripts, folder, module[2]), open_);
    return found[0] === 200 || !process.env.FAKES ? found : file(join(process.env.FAKES, module[2]), open_);
  }
  if (path in frames) {
    const html = frames[path] + "<html><head><title>Replica</title></head><body></body></html>";
    return [200, html, { "content-type": types[".html"], "content-security-policy": framePolicy }];
  }
  if (path === "/api/v1/visits" || path === "/api/v1/sessions") {
    const cors = { ...open_, "access-control-allow-headers": "content-type", "content-type": "application/json" };
    if (request.method === "OPTIONS") return [204, "", cors];
    const [status, json] = (path.endsWith("visits") ? visit : join_)(JSON.parse(body), host);
    return [status, JSON.stringify(json), cors];
  }
  if (path === "/agentjoin/AgentView.aspx") {
    const key = url.searchParams.get("SessionKey") ?? "";
    const values = {
      token: "t", sessionKey: key, mode: url.searchParams.get("start") ? "start" : url.searchParams.get("Wait") ? "wait" : "join",
      origins: url.searchParams.get("origins") ?? "", correlationID: "c", invitation: "", agentName: "Dana Whitfield",
      groupName: "Northwind", groupID: "12345", stateTitle: "One moment", stateText: "Opening the session.",
    };
    return page("viewer", values, host, ["session.js", "presence.js", "events.js", "agents.js", "viewer.js"]);
  }
  if (path === "/visit") {
    const values = { groupID: "12345", groupName: "Northwind", visitorID: url.searchParams.get("visitorid") ?? "", name: "" };
    return page("visit", values, host, ["session.js", "presence.js", "visit.js"]);
  }
  if (path.startsWith("/assets/")) return file(join(sources, "Pages/Resources", path.slice(8)));
  if (path === "/demo/shop" || path.startsWith("/demo/shop/")) return shop(path.slice(11), url.host, url.searchParams);
  if (path === "/test/may") {
    may = (url.searchParams.get("may") ?? "").split(",").filter(Boolean);
    return [200, "", {}];
  }
  if (path === "/test/cut") {
    for (const session of sessions.values()) for (const side of Object.values(session.sides)) side.socket?.close();
    return [200, "", {}];
  }
  return [404, "not found", {}];
}

/* The demo shop; its page gets its tag filled in as the server does. */
async function shop(path, host, query) {
  // The tag comes from another origin than the shop, as it does on a customer's site.
  const other = `http://${host.replace("127.0.0.1", "localhost")}`;
  const name = path.includes(".") ? path.split("/").pop() : path.startsWith("checkout") ? "checkout.html" : "shop.html";
  const [status, bytes, headers] = await file(join(sources, "Salesforce/Resources", name.startsWith("shop") ? name : "shop-" + name));
  if (!name.endsWith(".html") || status !== 200) return [status, bytes, headers];
  const values = { tag: `${other}/visitor.js`, groupID: "12345", visitorID: query.get("visitorid") ?? "", name: "Noor Haddad", language: query.get("lang") ?? "en" };
  const html = String(bytes).replace(/\{\{(\w+)\}\}/g, (_, key) => values[key] ?? "");
  return [status, html, { ...headers, "content-security-policy": shopPolicy(other) }];
}

const server = createServer((request, response) => {
  const host = request.headers.host ?? "127.0.0.1";
  const url = new URL(request.url ?? "/", `http://${host}`);
  let body = "";
  request.on("data", (data) => (body += data));
  request.on("end", async () => {
    const [status, content, headers] = await answer(request, url, body, host);
    response.writeHead(status, { "cache-control": "no-store", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", ...headers });
    response.end(content);
  });
});

server.on("upgrade", (request, stream) => {
  const socket = accept(request, stream);
  socket.onmessage = (data) => {
    const first = JSON.parse(String(data));
    if (first.type === "announce") {
      present.set(first.visitorid, socket);
      socket.onmessage = (text) => text === '{"type":"k"}' && socket.send(text);
      socket.send('{"type":"announced","keepalive":25,"answers":true}');
      return;
    }
    const place = keys.get(first.serverKey);
    keys.delete(first.serverKey);
    if (!place) return socket.send('{"type":"refused","reason":"refused"}');
    place.session.connect(place.side, place.id, place.name, socket);
  };
});

server.listen(Number(process.argv[2] ?? 8099), "127.0.0.1", () => console.log("listening"));
