/**
 * Does what the machine says: talks to the server, to the capture, to the bar and to the site's other tabs.
 */
import { Kind } from "../shared/kinds.js";
import { createLink } from "./visitor-link.js";
import { createMachine } from "./visitor-machine.js";

const text = { encode: new TextEncoder(), decode: new TextDecoder() };
/** How often it looks after the connection and says that the session lives. */
const beatMilliseconds = 2000;
const maximumMessages = 100;
/** For so long after a no, the agent's next wish to use the page is answered without the visitor. */
const quietMilliseconds = 30000;

/**
 * @typedef {object} SessionOptions
 * @property {string} base
 * @property {ReturnType<typeof import("./visitor-memory.js").createMemory>} memory
 * @property {{tell(news: any): void}} tabs
 * @property {any} platform  request, Socket, later, now
 * @property {(name: string, detail: any) => void} emit
 * @property {{show(view: any): void, ask(question: string, agent: string): void, unask(): void,
 *             add(message: any, isNew: boolean): void, clear(): void}} bar
 * @property {(link: {send(kind: number, bytes: Uint8Array): void, ready(): boolean}) => Promise<any>} makeCapture
 * @property {(admission: any) => void} onadmission
 */

/** @param {SessionOptions} options */
export function createSession({ base, memory, tabs, platform, emit, bar, makeCapture, onadmission }) {
  const machine = createMachine();
  const { state } = machine;
  /** @type {ReturnType<typeof createLink> | undefined} */
  let link;
  /** @type {any} */
  let capture;
  let isCapturing = false;
  /** @type {{name: string, text: string, at: number, isOwn: boolean}[]} */
  let messages = [];
  let visit = 0;
  let refusedAt = -quietMilliseconds;

  /** @param {object} note */
  const tell = (note) => link?.sendFrame(Kind.note, text.encode.encode(JSON.stringify(note)));

  async function open(/** @type {any} */ { body }) {
    visit += 1;
    const own = visit;
    let status = 0;
    let admission;
    try {
      const answer = await platform.request(base + "/api/v1/visits", {
        method: "POST",
        credentials: "omit",
        // A machine that is gone without a word says nothing.
        signal: /** @type {any} */ (AbortSignal).timeout?.(8000),
        referrerPolicy: "no-referrer",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      status = answer.status;
      if (status === 200) admission = await answer.json();
    } catch {
      status = 0;
    }
    if (own !== visit) return;
    if (admission) onadmission(admission);
    happen(admission ? { type: "opened", admission } : { type: "openFailed", status });
  }

  function connect(/** @type {any} */ { admission }) {
    disconnect();
    const own = createLink({
      admission,
      Socket: platform.Socket,
      onevent: (event) => own === link && happen(event),
      onframe: (kind, payload) => own === link && receive(kind, payload),
      onclose: () => own === link && happen({ type: "closed" }),
    });
    link = own;
    beat(own);
  }

  function disconnect() {
    visit += 1;
    const own = link;
    link = undefined;
    own?.close();
  }

  function beat(/** @type {NonNullable<typeof link>} */ own) {
    platform.later(() => {
      if (own !== link) return;
      own.check();
      remember();
      beat(own);
    }, beatMilliseconds);
  }

  function receive(/** @type {number} */ kind, /** @type {Uint8Array} */ payload) {
    if (state.phase !== "live") return;
    if (kind === Kind.agentNote) return receiveNote(parsed(payload));
    if (kind === Kind.ping) return tell({ type: "pong", at: parsed(payload).at });
    if (kind === Kind.serverResync) capture?.resync();
    else capture?.receive(kind, payload);
  }

  /** @param {Uint8Array} payload @returns {any}  nothing known, where it is not an object */
  function parsed(payload) {
    try {
      return JSON.parse(text.decode.decode(payload)) ?? {};
    } catch {
      return {};
    }
  }

  function receiveNote(/** @type {any} */ note) {
    if (note.type === "ask") askForAssistance();
    if (note.type === "giveBack") assist(false);
  }

  function askForAssistance() {
    if (!mayAssist() || state.isAssisted) return allow();
    // One question at a time: who waits to be let in comes first.
    if (state.asked || platform.now() - refusedAt < quietMilliseconds) return allow({ isAnswer: true });
    bar.ask("assist", state.agent);
  }

  const mayAssist = () => state.may.includes("assist") || state.may.includes("navigate");

  /** What the agent may do at the moment, said to the capture and to the agent. */
  function allow(/** @type {object} */ more = {}) {
    const { may, isAssisted } = state;
    const rights = {
      annotate: may.includes("annotate"),
      scroll: may.includes("navigate"),
      navigate: may.includes("navigate") && isAssisted,
      assist: may.includes("assist") && isAssisted,
    };
    capture?.allow(rights);
    // The server lets clicks through only while it knows of the visitor's consent, and writes that down.
    link?.send({ type: "consent", assist: rights.assist, agent: state.agent });
    tell({ type: "allowed", ...rights, ...more });
  }

  function assist(/** @type {boolean} */ isOn) {
    if (!isOn && !state.isAssisted) refusedAt = platform.now();
    if (isOn !== state.isAssisted) happen({ type: "assisted", isOn });
    allow({ isAnswer: true });
  }

  async function startCapture() {
    tell({ type: "page", isHidden: platform.isHidden() });
    if (isCapturing) {
      capture?.resync();
      return allow();
    }
    isCapturing = true;
    capture ??= await makeCapture({
      send: (kind, bytes) => state.phase === "live" && link?.sendFrame(kind, bytes),
      ready: () => state.phase === "live" && Boolean(link?.ready()),
    });
    if (!isCapturing) return;
    allow();
    capture.start();
  }

  function stopCapture() {
    if (isCapturing) capture?.stop();
    isCapturing = false;
  }

  function remember() {
    const { resume, key, isKnown, agent, isAssisted } = state;
    if (resume) memory.write({ resume, key, isKnown, agent, isAssisted, messages });
  }

  function say(/** @type {any} */ message, isNew = true) {
    messages = [...messages, message].slice(-maximumMessages);
    bar.add(message, isNew);
    if (isNew) remember();
  }

  /** @type {Record<string, (action: any) => void>} */
  const doers = {
    ask: ({ question, agent }) => bar.ask(question, agent || state.agent),
    unask: bar.unask,
    allow: () => allow(),
    open,
    connect,
    send: ({ command }) => link?.send(command),
    disconnect,
    retry({ milliseconds }) {
      const own = visit;
      platform.later(() => own === visit && happen({ type: "retry" }), milliseconds * (0.5 + Math.random() / 2));
    },
    capture: startCapture,
    hush: stopCapture,
    remember,
    forget() {
      memory.forget();
      tabs.tell({ type: "over", ending: state.ending, endedBy: state.endedBy });
      messages = [];
      bar.clear();
    },
    show: () => bar.show(state),
    emit: ({ name, detail }) => emit(name, detail),
    say({ do: _, ...message }) {
      say(message);
      tabs.tell({ type: "message", message });
    },
  };

  function happen(/** @type {any} */ event) {
    for (const action of machine.handle({ at: platform.now(), ...event })) doers[action.do](action);
  }

  return {
    state,
    isFree: machine.isFree,
    happen,
    tell,
    remember,
    assist,
    /**
     * Takes up the session that another page of the site has begun.
     *
     * @param {boolean} isShown
     */
    resume(isShown) {
      const record = memory.read();
      if (!record || !machine.isFree()) return;
      bar.clear();
      messages = [];
      for (const message of record.messages) say(message, false);
      state.isAssisted = record.isAssisted;
      happen({ ...record, type: "resume", isShown });
    },
    /** @param {string} said */
    write(said) {
      link?.send({ type: "message", text: said });
      doers.say({ name: "", text: said, at: platform.now(), isOwn: true });
    },
    /**
     * What another tab says.
     *
     * @param {any} news
     */
    hear(news) {
      if (news.type === "claim") happen({ type: "elsewhere" });
      if (news.type === "over") happen({ type: "overElsewhere", ending: news.ending, endedBy: news.endedBy });
      if (news.type === "message") say(news.message, false);
    },
    /**
     * The network is there again, or not.
     *
     * @param {boolean} isThere
     */
    network(isThere) {
      if (!isThere) link?.close();
      else if (state.phase === "lost") {
        visit += 1;
        happen({ type: "retry" });
      }
    },
  };
}
