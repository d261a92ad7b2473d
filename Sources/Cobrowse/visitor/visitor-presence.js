import { describePage } from "./visitor-page.js";

/**
 * The connection by which a visitor is present: an agent sees that they are on the page, and may ask to be let in.
 *
 * @param {object} options
 * @param {string} options.base
 * @param {{groupid: string, visitorid: string, name: string}} options.who
 * @param {(invitation: string, agent: string) => void} options.oninvite
 * @param {(invitation: string) => void} options.onwithdrawn
 * @param {(kind: string, call: {func: string, args?: any}) => void} options.emit  tells the site
 * @param {typeof WebSocket} options.Socket
 * @param {typeof setTimeout} options.later
 */
export function createPresence({ base, who, oninvite, onwithdrawn, emit, Socket, later }) {
  const address = base.replace(/^http/, "ws") + "/visitor";
  /** @type {WebSocket} */
  let socket;
  /** Another node is the visitor's home. */
  let movedTo = "";
  let attempts = 0;
  let beats = 0;
  let isOver = false;

  /** @param {object} message */
  const send = (message) => socket.readyState === 1 && socket.send(JSON.stringify(message));

  /** @param {number} seconds @param {number} of */
  function beat(seconds, of) {
    if (isOver || of !== beats) return;
    send({ type: "k" });
    later(() => beat(seconds, of), seconds * 1000);
  }

  function open() {
    if (isOver) return;
    const home = movedTo;
    movedTo = "";
    socket = new Socket(home || address);
    socket.onopen = () => send({ type: "announce", ...who, ...describePage() });
    socket.onmessage = ({ data }) => {
      const event = JSON.parse(data);
      // All but the answer that lets us in have their content in `data`.
      const content = event.data ?? event;
      if (event.keepalive) {
        attempts = 0;
        beats += 1;
        beat(event.keepalive, beats);
      }
      if (event.type === "refused") isOver = true;
      if (event.type === "moved") movedTo = content.server + "/visitor";
      if (event.type === "invite") oninvite(content.invitation, content.agent);
      if (event.type === "withdrawn") onwithdrawn(content.invitation);
      // What it means is for the site to say: nothing is run here.
      if (event.type === "signal" || event.type === "invoke") emit(event.type, content);
    };
    socket.onclose = () => {
      beats += 1;
      // Many pages lose the server at once when it starts anew: they come back spread out.
      const pause = movedTo && attempts < 3 ? 0 : 500 * 2 ** attempts;
      const delay = Math.min(pause, 15000) * (0.5 + Math.random() / 2);
      attempts += 1;
      later(open, delay);
    };
  }

  open();
  return {
    /** @param {string} invitation @param {boolean} yes */
    answer: (invitation, yes) => send({ type: yes ? "accepted" : "declined", invitation }),
    close() {
      isOver = true;
      socket.close();
    },
  };
}
