/** The frames of the page, and the document that the other side has of each. */
export class Frames {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {Map<any, any>} */
    this.documents = new Map();
    /** @type {(event: any) => void} */
    this.onload = (event) => {
      if (this.documents.has(event.target)) parts.schedule();
    };
  }

  clear() {
    this.documents.clear();
  }

  /**
   * @param {any} frame
   * @param {any} document
   */
  add(frame, document) {
    this.documents.set(frame, document);
    if (document === null) this.parts.later(() => this.parts.farFrames.add(frame));
  }

  /** @param {any} frame */
  remove(frame) {
    const document = this.documents.get(frame);
    if (document) this.parts.changes.forget(document);
    this.documents.delete(frame);
    this.parts.farFrames.remove(frame);
  }

  /** Finds frames that hold another document by now: they are written again. */
  check() {
    for (const [frame, document] of this.documents) {
      if (this.parts.roots.documentOf(frame) !== document) this.parts.changes.rewrite(frame);
    }
  }
}
