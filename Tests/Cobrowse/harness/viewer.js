/** The viewer's side in the tests: a replica in a sandboxed frame, fed by the harness's relay. */

const query = new URLSearchParams(location.search);
const frame = /** @type {HTMLIFrameElement} */ (document.getElementById("frame"));
const harness = { events: [], errors: [], page: null, pages: 0, frames: 0, replica: null, open: false };
Object.defineProperty(window, "latchkeyHarness", { value: harness });
window.addEventListener("error", (event) => harness.errors.push(String(event.message)));
window.addEventListener("unhandledrejection", (event) => harness.errors.push(String(event.reason?.stack ?? event.reason)));

// With `documents` the frame is served as the product serves it, with a policy of its own; without, the replica is on its own.
const documents = query.has("documents") ? { standards: "/frame", limited: "/frame/limited", quirks: "/frame/quirks" } : undefined;
if (documents) {
  frame.src = documents.standards;
  await new Promise((resolve) => { frame.onload = resolve; });
}

const { createReplica } = await import("/cobrowse/viewer/replica.js");
let socket = null;
const replica = createReplica({
  frame,
  ...(documents && { documents }),
  assets: query.get("assets") ?? "visitor",
  send(kind, bytes) {
    const message = new Uint8Array((bytes?.length ?? 0) + 1);
    message[0] = kind;
    if (bytes) message.set(bytes, 1);
    if (socket?.readyState === WebSocket.OPEN) socket.send(message);
  },
  onevent(name, detail) {
    harness.events.push([name, detail]);
    if (harness.events.length > 1000) harness.events.splice(0, 500);
    if (name !== "page") return;
    harness.page = detail;
    harness.pages += 1;
    if (detail.width) frame.style.width = `${detail.width}px`;
    if (detail.height) frame.style.height = `${detail.height}px`;
  },
});
harness.replica = replica;
harness.feed = (bytes) => replica.receive(bytes[0], bytes.subarray(1));

if (query.get("session")) {
  socket = new WebSocket(`ws://${location.host}/relay/viewer/${query.get("session")}`);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => { harness.open = true; };
  socket.onmessage = (event) => {
    const bytes = new Uint8Array(event.data);
    harness.frames += 1;
    try {
      replica.receive(bytes[0], bytes.subarray(1));
    } catch (error) {
      harness.errors.push(String(error?.stack ?? error));
    }
  };
} else {
  harness.open = true;
}
