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
