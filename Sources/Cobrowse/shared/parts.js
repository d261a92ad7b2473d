import { Part, partLimit } from "./kinds.js";

/**
 * Sends a payload in as many frames as it needs.
 * @param {(kind: number, bytes: Uint8Array) => void} send
 * @param {number} kind
 * @param {Uint8Array} payload
 */
export function sendInParts(send, kind, payload) {
  let at = 0;
  do {
    const part = payload.subarray(at, at + partLimit);
    const first = at === 0 ? Part.first : 0;
    at += part.length;
    const last = at >= payload.length ? Part.last : 0;
    const frame = new Uint8Array(part.length + 1);
    frame[0] = first | last;
    frame.set(part, 1);
    send(kind, frame);
  } while (at < payload.length);
}

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
