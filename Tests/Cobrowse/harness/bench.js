/** What the measurements need in the visitor's page: a recording by the yardstick, snapshots that are timed, work to follow. */

const clock = () => performance.timeOrigin + performance.now();

async function zipped(parts) {
  const stream = new Blob(parts).stream().pipeThrough(new CompressionStream("gzip"));
  return (await new Response(stream).arrayBuffer()).byteLength;
}

/** Times one snapshot of the capture; gives milliseconds and bytes gzipped. */
async function ours(createCapture) {
  const frames = [];
  let done;
  const ended = new Promise((resolve) => { done = resolve; });
  const capture = createCapture({
    window, mask: { selectors: [], unmask: [], everything: false }, ready: () => true,
    send(kind, bytes) {
      if (kind !== 1) return;
      frames.push(bytes.slice(1));
      if (bytes[0] & 2) done(performance.now());
    },
  });
  const began = performance.now();
  capture.start();
  const time = (await ended) - began;
  capture.stop();
  return { time, bytes: await zipped(frames), raw: frames.reduce((sum, frame) => sum + frame.length, 0) };
}

/** Times one snapshot of the yardstick's recorder. */
async function theirs() {
  let snapshot = null;
  let time = 0;
  const began = performance.now();
  const stop = rrwebRecord({ emit(event) { if (event.type === 2) { snapshot = event; time = performance.now() - began; } } });
  stop?.();
  const text = JSON.stringify(snapshot);
  return { time, bytes: await zipped([text]), raw: text.length };
}

window.latchkeyBench = {
  nodes() {
    const walker = document.createTreeWalker(document, NodeFilter.SHOW_ALL);
    let count = 1;
    while (walker.nextNode()) count++;
    return count;
  },
  async snapshots(modules, oursFirst) {
    const { createCapture } = await import(`${modules}visitor/capture.js`);
    const first = oursFirst ? await ours(createCapture) : await theirs();
    const second = oursFirst ? await theirs() : await ours(createCapture);
    return oursFirst ? { ours: first, theirs: second } : { ours: second, theirs: first };
  },
  /** Records with the yardstick over the same relay. */
  async record(address) {
    const socket = new WebSocket(address);
    await new Promise((resolve) => { socket.onopen = resolve; });
    const coder = new TextEncoder();
    rrwebRecord({ emit(event) {
      const bytes = coder.encode(JSON.stringify(event));
      const frame = new Uint8Array(bytes.length + 2);
      frame[0] = 2;
      frame[1] = 3;
      frame.set(bytes, 2);
      socket.send(frame);
    } });
  },
  adds() {
    const at = clock();
    const box = document.getElementById("burst");
    for (let i = 0; i < 10000; i++) {
      const span = document.createElement("span");
      span.textContent = `item ${i}`;
      span.className = i % 2 ? "odd" : "even";
      box.append(span);
    }
    return at;
  },
  async styles() {
    const items = [...document.querySelectorAll("#items > *")];
    const at = clock();
    for (let round = 0; round < 10; round++) {
      for (const [i, item] of items.entries()) item.style.transform = `translate(${round * 3 + i % 7}px, ${round}px)`;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    return at;
  },
  async singles(count) {
    const times = [];
    const at = document.getElementById("single");
    for (let i = 1; i <= count; i++) {
      // Not in step with the frames.
      await new Promise((resolve) => setTimeout(resolve, 70 + (i * 37) % 41));
      times.push(clock());
      at.textContent = String(i);
    }
    return times;
  },
  keys: [],
  listen() {
    document.getElementById("field").addEventListener("keydown", () => this.keys.push(clock()), true);
  },
};
