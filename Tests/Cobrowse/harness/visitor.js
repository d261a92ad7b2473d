/**
 * The visitor's side in the tests: starts the capture when told to, and again after each navigation, over the harness's
 * relay. `window.latchkeyHarness` is the tests' own handle and no part of the product.
 */

const modules = new URL("/cobrowse/", import.meta.url);
const storeKey = "latchkey-harness";

/** @param {{session: string}} options */
export function begin(options) {
  const harness = { capture: null, held: false, sent: 0, events: [], errors: [], loaded: import(new URL("visitor/capture.js", modules).href) };
  Object.defineProperty(window, "latchkeyHarness", { value: Object.assign(harness, {
    start: (settings) => start(harness, options.session, settings),
    stop() { harness.capture?.stop(); sessionStorage.removeItem(storeKey); },
  }), configurable: true });
  if (window !== window.top) {
    import(new URL("visitor/frame-follow.js", modules).href).then((module) => module.followFrame({
      window, parent: new URL(document.referrer).origin, mask: {} }));
    return;
  }
  const stored = sessionStorage.getItem(storeKey);
  if (stored !== null) start(harness, options.session, JSON.parse(stored)).catch((error) => harness.errors.push(String(error)));
}

async function start(harness, session, settings = {}) {
  const { createCapture } = await harness.loaded;
  sessionStorage.setItem(storeKey, JSON.stringify(settings));
  const address = new URL(`/relay/visitor/${session}`, modules);
  address.protocol = "ws:";
  const socket = new WebSocket(address);
  socket.binaryType = "arraybuffer";
  await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = reject; });
  const send = (kind, bytes) => {
    if (socket.readyState !== WebSocket.OPEN) return;
    const frame = new Uint8Array(bytes.length + 1);
    frame[0] = kind;
    frame.set(bytes, 1);
    harness.sent += frame.length;
    socket.send(frame);
  };
  const capture = createCapture({
    window, send, frames: settings.frames,
    mask: { selectors: ["[data-latchkey-mask]"], unmask: ["[data-latchkey-unmask]"], everything: false, ...settings.mask },
    ready: () => socket.bufferedAmount < 262144 && !harness.held,
    onevent: (name, detail) => harness.events.push([name, detail]),
  });
  socket.onmessage = (event) => {
    const frame = new Uint8Array(event.data);
    if (frame[0] === 0x40) capture.resync();
    else if (frame[0] === 0x41) harness.held = true;
    else if (frame[0] === 0x42) harness.held = false;
    else capture.receive(frame[0], frame.subarray(1));
  };
  if (settings.allow) capture.allow(settings.allow);
  capture.start();
  harness.capture = capture;
  harness.socket = socket;
}
