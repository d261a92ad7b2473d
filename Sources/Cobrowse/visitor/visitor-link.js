/**
 * One WebSocket to the session server: text frames are the control plane, binary frames are the page.
 */
import { Kind } from "../shared/kinds.js";

/** More unsent bytes than this, and the link takes no more of the page for now. */
const highWater = 128 * 1024;
/** Unsent bytes that do not get fewer for so long mean that the network is gone. */
const stallMilliseconds = 15000;

/**
 * @typedef {object} LinkOptions
 * @property {{server: string, serverKey: string}} admission
 * @property {typeof WebSocket} Socket
 * @property {() => number} now
 * @property {(event: any) => void} onevent  an event of the control plane
 * @property {(kind: number, payload: Uint8Array) => void} onframe  a binary frame
 * @property {() => void} onclose  the connection is gone; called once
 */

/** @param {LinkOptions} options */
export function createLink({ admission, Socket, now, onevent, onframe, onclose }) {
  const socket = new Socket(admission.server);
  socket.binaryType = "arraybuffer";
  let isHeld = false;
  let isClosed = false;
  let unsent = 0;
  let unsentSince = now();

  function close() {
    if (isClosed) return;
    isClosed = true;
    socket.close();
    onclose();
  }

  socket.onopen = () => socket.send(JSON.stringify({ type: "connect", serverKey: admission.serverKey }));
  socket.onclose = close;
  socket.onmessage = ({ data }) => {
    if (isClosed) return;
    if (typeof data === "string") return onevent(JSON.parse(data));
    const frame = new Uint8Array(data);
    if (frame[0] === Kind.hold || frame[0] === Kind.go) isHeld = frame[0] === Kind.hold;
    else onframe(frame[0], frame.subarray(1));
  };

  /** Closes a connection on which nothing moves. */
  function check() {
    const amount = socket.bufferedAmount;
    // Nor on one that does not come about.
    if (socket.readyState && (amount === 0 || amount < unsent)) unsentSince = now();
    unsent = amount;
    if (now() - unsentSince > stallMilliseconds) close();
  }

  const isOpen = () => !isClosed && socket.readyState === 1;
  return {
    close,
    check,
    isOpen,
    /** Whether the link takes more of the page. */
    ready: () => isOpen() && !isHeld && socket.bufferedAmount < highWater,
    /** @param {object} command */
    send(command) {
      if (isOpen()) socket.send(JSON.stringify(command));
    },
    /**
     * @param {number} kind
     * @param {Uint8Array} payload
     */
    sendFrame(kind, payload) {
      if (!isOpen()) return;
      const frame = new Uint8Array(payload.length + 1);
      frame[0] = kind;
      frame.set(payload, 1);
      socket.send(frame);
    },
  };
}
