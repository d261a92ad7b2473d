import { Kind } from "../shared/kinds.js";
import { Op } from "../shared/ops.js";
import { PartJoiner } from "../shared/part-joiner.js";
import { sendInParts } from "../shared/parts.js";

/** Each frame numbers its assets in a range of its own. */
const range = 1_000_000;
const largest = 16 * 1024 * 1024;

/** Frames of other origins that follow themselves, by the script in them, and tell the page what they show. */
export class FarFrames {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {string[]} exact origins; no other is spoken to or heard */
    this.origins = parts.options.frames ?? [];
    /** @type {Map<any, MessagePort>} */
    this.ports = new Map();
    /** @type {MessagePort[]} by their range of assets */
    this.ranges = [];
    /** @type {{frame: any, kind: number, bytes: Uint8Array}[]} */
    this.queue = [];
  }

  /** @param {any} event  a message from another window */
  heard(event) {
    if (event.data?.latchkey !== "here" || !this.origins.includes(event.origin)) return;
    for (const frame of this.parts.frames.documents.keys()) if (frame.contentWindow === event.source) this.add(frame);
  }

  clear() {
    for (const frame of [...this.ports.keys()]) this.remove(frame);
    this.ranges = [];
    this.queue = [];
  }

  /** @param {any} frame */
  remove(frame) {
    const port = this.ports.get(frame);
    port?.postMessage({ kind: 0 });
    port?.close();
    this.ports.delete(frame);
  }

  /** @param {any} frame that may have the script in it */
  add(frame) {
    const { mask, options, ids, roots } = this.parts;
    const origin = originOf(frame);
    if (!this.origins.includes(origin) || mask.covers(frame) || ids.of(frame) === 0 || roots.documentOf(frame)) return;
    this.remove(frame);
    const { port1, port2 } = new MessageChannel();
    const answers = new PartJoiner(largest);
    this.ports.set(frame, port1);
    const first = this.ranges.push(port1) * range;
    port1.onmessage = ({ data: { kind, bytes } }) => {
      if (kind === Kind.asset) {
        const answer = answers.add(bytes);
        if (answer) sendInParts(options.send, kind, answer);
        return;
      }
      this.queue.push({ frame, kind, bytes });
      this.parts.schedule();
    };
    frame.contentWindow?.postMessage({ latchkey: "follow", first, mask: mask.policy }, origin, [port2]);
  }

  /**
   * @param {number} asset
   * @returns {boolean} whether it is one of a frame's
   */
  request(asset) {
    this.ranges[Math.floor(asset / range) - 1]?.postMessage({ asset });
    return asset >= range;
  }

  /** @param {import("../shared/byte-writer.js").ByteWriter} out */
  write(out) {
    for (const { frame, kind, bytes } of this.queue) {
      const id = this.parts.ids.of(frame);
      if (id === 0 || this.parts.mask.covers(frame)) continue;
      out.byte(Op.frame);
      out.number(id);
      out.byte(kind);
      out.number(bytes.length);
      out.raw(bytes);
    }
    this.queue = [];
  }
}

/** @param {any} frame */
function originOf(frame) {
  try {
    return new URL(frame.src, frame.baseURI).origin;
  } catch {
    return "";
  }
}
