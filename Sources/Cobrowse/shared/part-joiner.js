import { Part } from "./kinds.js";

/** Puts the parts of a payload together again. */
export class PartJoiner {
  /** @param {number} limit the most bytes of a whole payload */
  constructor(limit) {
    this.limit = limit;
    /** @type {Uint8Array[]} */
    this.parts = [];
    this.size = 0;
    this.open = false;
  }

  /**
   * @param {Uint8Array} frame flags, then the part
   * @returns {Uint8Array | undefined} the payload, with its last part
   */
  add(frame) {
    if (frame.length === 0) return undefined;
    const flags = frame[0];
    if (flags & Part.first) this.reset(true);
    if (!this.open) return undefined;
    this.size += frame.length - 1;
    if (this.size > this.limit) return this.reset(false);
    this.parts.push(frame.subarray(1));
    return flags & Part.last ? this.join() : undefined;
  }

  /** @param {boolean} open */
  reset(open) {
    this.parts = [];
    this.size = 0;
    this.open = open;
    return undefined;
  }

  join() {
    const { parts, size } = this;
    this.reset(false);
    if (parts.length === 1) return parts[0];
    const whole = new Uint8Array(size);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}
