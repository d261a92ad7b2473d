/**
 * The room: the visitor's page, rebuilt and followed, with the tools to help on it. It opens with the first frame that the
 * visitor's script sends; a visitor on our plain page sends none.
 */
import { Kind } from "../shared/kinds.js";
import { createAssistance } from "./viewer-assistance.js";
import { createFrame } from "./viewer-frame.js";
import { createInput } from "./viewer-input.js";
import { createQuality } from "./viewer-quality.js";
import { createTools } from "./viewer-tools.js";
import { createView } from "./viewer-view.js";

const text = { encode: new TextEncoder(), decode: new TextDecoder() };

/**
 * @param {object} options
 * @param {(kind: number, payload: Uint8Array) => void} options.send
 * @param {HTMLElement} options.main  the page's main element
 */
export function createRoom({ send, main }) {
  /** @param {string} id */
  const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
  /** @type {any} */
  let replica;
  /** @type {[number, Uint8Array][] | undefined} */
  let waiting = [];
  let isOpening = false;
  let isStopped = false;
  let who = "The visitor";

  const tell = (/** @type {object} */ note) => send(Kind.agentNote, text.encode.encode(JSON.stringify(note)));
  const quality = createQuality({ element: part("quality"), ping: (at) => send(Kind.ping, text.encode.encode(JSON.stringify({ at }))) });
  const view = createView({ room: part("view"), sheet: part("sheet"), canvas: part("marks"), dot: part("dot") });
  const assistance = createAssistance({ ask: part("ask-assist"), give: part("give-back"), state: part("assist-state"), tell });
  const tools = createTools({
    bar: part("tools"),
    onaction(action) {
      if (action === "clear") {
        view.clearMarks();
        replica?.clear();
      }
      if (action === "fit") view.setFit(!view.isFit);
      if (action === "follow") view.setFollow(!view.follows);
      if (action === "back" || action === "forward") replica?.navigate(action);
      tools.press("fit", view.isFit);
      tools.press("follow", view.follows);
    },
  });
  createInput({
    surface: part("surface"),
    view,
    tool: () => tools.current,
    replica: () => replica,
    mayScroll: () => assistance.rights.scroll,
    leave: () => tools.focus(),
  });
  part("address").addEventListener("submit", (submit) => {
    submit.preventDefault();
    replica?.navigate({ url: /** @type {HTMLInputElement} */ (part("address-url")).value });
  });

  /** @param {string} name @param {any} detail */
  function happen(name, detail) {
    if (name === "page") showPage(detail);
    if (name === "pointer") view.showPointer(detail.x, detail.y);
    if (name === "ready") part("stalled").hidden = true;
    if (name === "stalled") part("stalled").hidden = false;
  }

  function showPage(/** @type {any} */ page) {
    view.setPage(page);
    part("page-title").textContent = page.title || page.url;
    const field = /** @type {HTMLInputElement} */ (part("address-url"));
    if (document.activeElement !== field) field.value = page.url;
  }

  async function open() {
    isOpening = true;
    part("room").hidden = false;
    main.classList.add("has-room");
    const [frame, { createReplica }] = await Promise.all([createFrame(part("sheet")), import("./replica.js")]);
    if (isStopped) return;
    const { assets = "visitor" } = /** @type {{assets?: "visitor" | "proxy" | "none"}} */ (main.dataset);
    replica = createReplica({
      frame,
      send,
      assets,
      documents: {
        standards: "/cobrowse/frame", limited: "/cobrowse/frame/limited", quirks: "/cobrowse/frame/quirks",
      },
      onevent: happen,
    });
    for (const [kind, payload] of waiting ?? []) replica.receive(kind, payload);
    waiting = undefined;
    quality.start();
    replica.ask?.();
  }

  /** A note of the visitor's script, from the visitor's side: nothing in it is trusted to be more than text and flags. */
  function receiveNote(/** @type {any} */ note) {
    if (note.type === "pong") quality.pong(Number(note.at));
    if (note.type === "page") part("hidden-page").hidden = note.isHidden !== true;
    if (note.type !== "allowed") return;
    assistance.allow(note, who);
    showRights();
  }

  function showRights() {
    tools.allow(assistance.rights);
    part("address").hidden = !assistance.rights.navigate;
  }

  return {
    /** @param {number} kind @param {Uint8Array} payload */
    receive(kind, payload) {
      if (isStopped) return;
      if (kind === Kind.note) {
        const note = parse(payload);
        if (!note) return;
        if (!String(note.type).startsWith("capture:")) return receiveNote(note);
      }
      if (!isOpening) open();
      if (waiting) waiting.push([kind, payload]);
      else replica.receive(kind, payload);
    },
    /** @param {string[]} may @param {string} visitor */
    setRights(may, visitor) {
      who = visitor;
      assistance.may(may);
      showRights();
    },
    /** @param {boolean} isOwn  whether this agent is in control */
    setControl(isOwn) {
      assistance.control(isOwn);
      showRights();
    },
    stop() {
      isStopped = true;
      quality.stop();
      replica?.stop();
      part("room").hidden = true;
      main.classList.remove("has-room");
    },
  };
}

/** @param {Uint8Array} payload */
function parse(payload) {
  try {
    const note = JSON.parse(text.decode.decode(payload));
    return typeof note === "object" ? note : undefined;
  } catch {
    return undefined;
  }
}
