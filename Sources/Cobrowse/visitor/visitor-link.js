/**
 * One WebSocket to the session server: text frames are the control plane, binary frames are the page.
 */
import { Kind } from "../shared/kinds.js";

/** More unsent bytes than this, and the link takes no more of the page for now. */
const highWater = 128 * 1024;
/**
 * So many checks in a row without a sign of life, and the network or the server is gone; twice as many after each time, since
 * it may be slow.
 */
let patience = 2;
/** Whether the server answers signs of life: one of the version before does not. */
let answers = false;

/**
 * @typedef {object} LinkOptions
 * @property {{server: string, serverKey: string}} admission
 * @property {typeof WebSocket} Socket
 * @property {(event: any) => void} onevent  an event of the control plane
 * @property {(kind: number, payload: Uint8Array) => void} onframe  a binary frame
 * @property {() => void} onclose  the connection is gone; called once
 */

/** @param {LinkOptions} options */
export function createLink({ admission, Socket, onevent, onframe, onclose }) {
  const socket = new Socket(admission.server);
  socket.binaryType = "arraybuffer";
  let isHeld = false;
  let isClosed = false;
  let unsent = 0;
  let silent = 0;

  function close() {
    if (isClosed) return;
    isClosed = true;
    socket.close();
    onclose();
  }

  socket.onopen = () => {
    send({ type: "connect", serverKey: admission.serverKey });
    // Silence means something only once it is known that the server answers.
    send({ type: "k" });
  };
  socket.onclose = close;
  socket.onmessage = ({ data }) => {
    if (isClosed) return;
    silent = 0;
    if (typeof data === "string") {
      const event = JSON.parse(data);
      answers ||= event.type === "k";
      return onevent(event);
    }
    const frame = new Uint8Array(data);
    if (frame[0] === Kind.hold || frame[0] === Kind.go) isHeld = frame[0] === Kind.hold;
    else onframe(frame[0], frame.subarray(1));
  };

  const isOpen = () => socket.readyState === 1;

  /** @param {object} command */
  function send(command) {
    if (isOpen()) socket.send(JSON.stringify(command));
  }

  /** Closes a connection on which nothing moves, and one that does not come about. */
  function check() {
    if (isClosed) return;
    const amount = socket.bufferedAmount;
    if (amount < unsent) silent = 0;
    unsent = amount;
    if (silent > (isHeld ? 9 : patience) && (answers || amount || !isOpen())) {
      patience *= 2;
      close();
    } else if (silent) send({ type: "k" });
    silent += 1;
  }

  return {
    close,
    check,
    isOpen,
    /** Whether the link takes more of the page. */
    ready: () => isOpen() && !isHeld && socket.bufferedAmount < highWater,
    send,
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
