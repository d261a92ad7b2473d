const observed = { childList: true, attributes: true, characterData: true, subtree: true };

/** The documents and shadow roots that are followed: observers and listeners on each of them. */
export class Roots {
  /**
   * @param {import("./capture.js").CaptureParts} parts
   * @param {(records: MutationRecord[]) => void} onrecords
   */
  constructor(parts, onrecords) {
    this.parts = parts;
    this.platform = parts.platform;
    this.observer = new this.platform.Observer(onrecords);
    /** @type {Set<any>} */
    this.roots = new Set();
    /** Closed shadow roots made since the start. @type {WeakMap<any, any>} */
    this.closed = new WeakMap();
    this.hasClosed = false;
    /** @type {[type: string, handler: (event: any) => void, everyRoot: boolean][]} */
    this.handlers = [];
  }

  /**
   * @param {string} type of events that are listened to in the capturing phase of every document
   * @param {(event: any) => void} handler
   * @param {boolean} [everyRoot] in every shadow root too, for events that do not leave one
   */
  on(type, handler, everyRoot = false) {
    this.handlers.push([type, handler, everyRoot]);
  }

  /** @param {any} root a document or a shadow root whose nodes are about to be written */
  enter(root) {
    this.parts.mask.survey(root);
    this.parts.forms.survey(root);
    this.add(root);
  }

  /** @param {any} root that is followed from the end of this task on */
  add(root) {
    if (!this.roots.has(root)) this.parts.sheets.enter(root);
    this.roots.add(root);
    this.parts.later(() => this.follow(root));
  }

  /** @param {any} root */
  follow(root) {
    if (!this.roots.has(root)) return;
    this.observer.observe(root, observed);
    const isDocument = root.nodeType === 9;
    for (const [type, handler, everyRoot] of this.handlers) {
      if (isDocument || everyRoot) this.platform.listen(root, type, handler, { capture: true, passive: true });
    }
    if (isDocument) this.parts.patches.enter(root);
  }

  /** @param {any} root */
  leave(root) {
    if (!this.roots.delete(root)) return;
    for (const [type, handler] of this.handlers) {
      this.platform.unlisten(root, type, handler, { capture: true });
    }
    this.parts.sheets.leave(root);
    this.parts.patches.leave(root);
  }

  /**
   * @param {any} element
   * @returns {any} its shadow root, a closed one too where that can be known
   */
  shadowOf(element) {
    return this.platform.openShadow(element) ?? (this.hasClosed ? this.closed.get(element) ?? null : null);
  }

  /**
   * @param {any} frame
   * @returns {any} the document in it, if the page may look into it
   */
  documentOf(frame) {
    try {
      return frame.contentDocument?.documentElement ? frame.contentDocument : null;
    } catch {
      return null;
    }
  }

  stop() {
    this.observer.disconnect();
    for (const root of [...this.roots]) this.leave(root);
  }
}
