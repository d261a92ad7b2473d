/**
 * Feeds changed frames to the replica: bits flipped, cut, joined, repeated, in another order, and plain noise.
 * Evaluates to a function of (frames in base64, count, seed) that gives what happened.
 */
(async ({ frames, count, seed, kind }) => {
  let state = seed >>> 0 || 1;
  const random = (below) => {
    state ^= state << 13; state >>>= 0; state ^= state >>> 17; state ^= state << 5; state >>>= 0;
    return state % below;
  };
  const recorded = frames.map((text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
  const snapshots = recorded.filter((frame) => frame[0] === 1);
  const harness = window.latchkeyHarness;
  const receive = kind === "agent" ? (frame) => harness.capture.receive(frame[0], frame.subarray(1)) : (frame) => harness.feed(frame);
  const changed = () => {
    const from = recorded[random(recorded.length)];
    let frame = from.slice();
    switch (random(9)) {
      case 0: for (let i = 0; i <= random(8); i++) if (frame.length > 1) frame[1 + random(frame.length - 1)] ^= 1 << random(8); break;
      case 1: frame = frame.slice(0, 1 + random(frame.length)); break;
      case 2: { const at = 1 + random(frame.length); const more = new Uint8Array(random(40)).map(() => random(256)); frame = Uint8Array.of(...frame.slice(0, at), ...more, ...frame.slice(at)); break; }
      case 3: { const other = recorded[random(recorded.length)]; const at = random(frame.length); frame = Uint8Array.of(...frame.slice(0, at), ...other.slice(random(other.length))); frame[0] = from[0]; break; }
      case 4: frame = new Uint8Array(2 + random(300)).map(() => random(256)); frame[0] = from[0]; break;
      case 5: for (let i = 0; i < 3; i++) if (frame.length > 2) frame[2 + random(frame.length - 2)] = [0, 0x7f, 0x80, 0xff, 1][random(5)]; break;
      case 6: { const at = 2 + random(Math.max(1, frame.length - 2)); frame = Uint8Array.of(...frame.slice(0, at), ...frame.slice(at + 1 + random(20))); break; }
      case 7: if (frame.length > 6) frame.set([0xff, 0xff, 0xff, 0xff, 0x0f].slice(0, frame.length - 2), 2 + random(Math.max(1, frame.length - 7))); break;
      default: break;
    }
    return frame.length > 4096 && random(3) ? frame.slice(0, 4096) : frame;
  };
  const thrown = {};
  let threw = 0, slowest = 0, done = 0;
  const until = performance.now() + 8000;
  for (; done < count && performance.now() < until; done++) {
    if (snapshots.length && random(25) === 0) { try { receive(snapshots[random(snapshots.length)]); } catch (error) { threw++; thrown[String(error?.stack ?? error).slice(0, 240)] = "good snapshot"; } }
    const frame = changed();
    const begin = performance.now();
    try {
      receive(frame);
    } catch (error) {
      threw++;
      if (Object.keys(thrown).length < 8) thrown[String(error?.stack ?? error).slice(0, 240)] = btoa(String.fromCharCode(...frame.slice(0, 120)));
    }
    slowest = Math.max(slowest, performance.now() - begin);
    if (done % 50 === 49) await new Promise((resolve) => setTimeout(resolve));
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  return { threw, thrown, slowest, done, errors: harness.errors.splice(0) };
})
