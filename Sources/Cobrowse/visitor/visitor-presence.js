import { describePage } from "./visitor-page.js";

/**
 * The connection by which a visitor is present: an agent sees that they are on the page, and may ask to be let in.
 *
 * @param {object} options
 * @param {{base: string, group: string}} options.settings
 * @param {{visitorId: string, name?: string}} options.who
 * @param {{Socket: typeof WebSocket, later: typeof setTimeout}} options.platform
 * @param {{isFree(): boolean}} options.session
 * @param {{ask(question: string, agent: string): void, unask(): void}} options.bar
 * @param {(kind: string, call: {func: string, args?: any}) => void} options.emit  tells the site
 */
export function createPresence({ settings: { base, group }, who: { visitorId, name }, platform: { Socket, later }, session, bar, emit }) {
  const announcement = { type: "announce", groupid: group, visitorid: visitorId, name: name || "" };
  const address = base.replace(/^http/, "ws") + "/visitor";
  /** @type {WebSocket} */
  let socket;
  /** Another node is the visitor's home. */
  let movedTo = "";
  let attempts = 0;
  let beats = 0;
  let isOver = false;
  /** Whether the last sign of life is unanswered. */
  let isSilent = false;
  let isHeard = false;
  /** What the visitor is being asked. */
  let invitation = "";

  /** @param {object} message */
  const send = (message) => socket.readyState === 1 && socket.send(JSON.stringify(message));

  /** @param {number} seconds @param {boolean} answers @param {number} of */
  function beat(seconds, answers, of) {
    if (isOver || of !== beats) return;
    // Nothing was heard since the last one: the server is gone without a word, and so is its goodbye.
    if (isSilent) return lose();
    isSilent = answers;
    send({ type: "k" });
    later(() => beat(seconds, answers, of), seconds * 1000);
  }

  function lose() {
    socket.onclose = null;
    socket.close();
    beats += 1;
    isSilent = isHeard = false;
    // Many pages lose the server at once when it starts anew: they come back spread out.
    const pause = movedTo && attempts < 3 ? 0 : 500 * 2 ** attempts;
    const delay = Math.min(pause, 15000) * (0.5 + Math.random() / 2);
    attempts += 1;
    later(open, delay);
  }

  function unask() {
    invitation = "";
    bar.unask();
  }

  function open() {
    if (isOver) return;
    const home = movedTo;
    movedTo = "";
    const own = (socket = new Socket(home || address));
    // A machine that is gone without a word says nothing.
    later(() => own === socket && !isHeard && lose(), 10000);
    socket.onopen = () => send({ ...announcement, ...describePage() });
    socket.onmessage = ({ data }) => {
      const event = JSON.parse(data);
      isSilent = false;
      isHeard = true;
      // All but the answer that lets us in have their content in `data`.
      const content = event.data ?? event;
      if (event.keepalive) {
        attempts = 0;
        beats += 1;
        beat(event.keepalive, event.answers === true, beats);
      }
      if (event.type === "refused") isOver = true;
      if (event.type === "moved") movedTo = content.server + "/visitor";
      if (event.type === "invite" && session.isFree() && content.invitation !== invitation) {
        invitation = content.invitation;
        bar.ask("invite", content.agent);
      }
      if (event.type === "withdrawn" && content.invitation === invitation) unask();
      // What it means is for the site to say: nothing is run here.
      if (event.type === "signal" || event.type === "invoke") emit(event.type, content);
    };
    socket.onclose = lose;
  }

  open();
  return {
    /** @param {boolean} yes @returns {string} the invitation that was answered */
    answer(yes) {
      const asked = invitation;
      send({ type: yes ? "accepted" : "declined", invitation });
      invitation = "";
      return asked;
    },
    /** @returns {undefined} */
    close() {
      isOver = true;
      socket.close();
      return undefined;
    },
  };
}
