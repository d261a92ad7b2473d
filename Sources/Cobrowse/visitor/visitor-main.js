/**
 * What the loader fetches when a session or presence starts: puts the parts together.
 */
import { fetchLate } from "./late.js";
import { createBar } from "./visitor-bar.js";
import { createMemory } from "./visitor-memory.js";
import * as platform from "./visitor-platform.js";
import { createSession } from "./visitor-session.js";
import { createTabs } from "./visitor-tabs.js";
import { loadTexts } from "./visitor-texts.js";

/**
 * @typedef {{visitorId?: string, sessionKey?: string, name?: string, email?: string, phone?: string}} Visitor
 */

/**
 * @param {any} settings  what the loader has read
 * @param {(name: string, detail: any) => void} emit
 */
export async function createVisitor(settings, emit) {
  const texts = await loadTexts(settings.language);
  const storages = () => [window.sessionStorage, window.localStorage];
  const memory = createMemory(settings.group, storages, platform.now);
  /** @type {any} */
  let capture;
  /** @type {ReturnType<typeof import("./visitor-presence.js").createPresence> | undefined} */
  let presence;
  /** @type {string | false}  who is present, or about to be */
  let present = false;
  /** @type {any}  the server's answer, with what the group has masked beside what the page names */
  let admitted;
  const mask = () => ({
    ...settings.mask,
    selectors: [...(admitted.maskSelectors ?? []), ...settings.mask.selectors],
    everything: settings.mask.everything || admitted.maskEverything,
  });

  const setMask = () => capture?.setMask(mask());

  const bar = createBar({
    texts,
    terms: settings.terms,
    onanswer: answer,
    onstop: () => session.happen({ type: "end" }),
    onrelease: () => session.assist(false),
    onwrite: (text) => session.write(text),
  });
  const tabs = createTabs({ group: settings.group, Channel: platform.Channel, onnews: (news) => session.hear(news) });
  const session = createSession({
    base: settings.base,
    memory,
    tabs,
    platform,
    emit,
    bar: {
      ...bar,
      show(state) {
        settings.state = state.phase;
        bar.show(state);
      },
    },
    async makeCapture(link) {
      const { createCapture } = await import("./capture.js");
      return (capture = createCapture({ window, mask: mask(), frames: settings.frames, ...link }));
    },
    onadmission(admission) {
      admitted = admission;
      setMask();
    },
  });

  /** @param {string} question @param {boolean} yes @param {string} agent */
  function answer(question, yes, agent) {
    if (question === "assist") return session.assist(yes);
    if (question !== "invite") return session.happen({ type: question, yes, agent });
    const invitation = presence?.answer(yes);
    if (yes && invitation) session.happen({ type: "start", body: { ...bodyOf({}), invitation }, trusted: agent });
  }

  /**
   * What a session is opened with.
   *
   * @param {Visitor} visitor
   * @returns {Record<string, string>}
   */
  function bodyOf(visitor) {
    const { visitorId, sessionKey, name, email, phone } = /** @type {Visitor} */ ({ ...settings, ...visitor });
    // A visitor id that is given as the key is no key to read out.
    const sessionkey = sessionKey !== visitorId && sessionKey;
    const body = { groupid: settings.group, sessionkey, visitorid: sessionkey ? "" : visitorId, name, email, phone };
    return Object.fromEntries(Object.entries(body).filter(([, value]) => value).map(([key, value]) => [key, String(value)]));
  }

  /** The tab that the visitor looks at is the one that is shown. */
  function claim() {
    if (platform.isHidden() || session.isFree()) return;
    tabs.tell({ type: "claim" });
    session.happen({ type: "here" });
  }

  function tellVisibility() {
    session.tell({ type: "page", isHidden: platform.isHidden() });
    session.remember();
    claim();
  }

  platform.listen(document, "visibilitychange", tellVisibility);
  platform.listen(window, "focus", claim);
  platform.listen(window, "pageshow", claim);
  platform.listen(window, "pagehide", session.remember);
  platform.listen(window, "offline", () => session.network(false));
  platform.listen(window, "online", () => session.network(true));

  return {
    /** @param {Visitor} visitor */
    start(visitor) {
      if (session.isFree() && memory.read()) return session.resume(true);
      session.happen({ type: "start", body: bodyOf(visitor) });
    },
    resume() {
      const isShown = !platform.isHidden();
      if (isShown) tabs.tell({ type: "claim" });
      session.resume(isShown);
    },
    end: () => session.happen({ type: "end" }),
    setMask,
    /** @param {boolean} isOn @param {Visitor} visitor */
    async setPresence(isOn, visitor) {
      const who = { ...settings, ...visitor };
      const wanted = isOn && who.visitorId;
      if (wanted && wanted === present) return;
      presence = presence?.close();
      present = wanted;
      if (!wanted) return;
      const { createPresence } = await fetchLate("visitor-presence", platform.later);
      if (present !== wanted || presence) return;
      presence = createPresence({ settings, who, platform, session, bar, emit });
    },
  };
}
