import { ByteWriter } from "../shared/byte-writer.js";
import { Kind } from "../shared/kinds.js";

/** How many the server fetches at once for one agent; it answers those beyond with nothing. */
const atOnce = 12;
const patience = 15_000;
/** Asset numbers are given anew with each snapshot, so requests have numbers of their own. */
let requests = 0;
const fonts = /\.(woff2?|ttf|otf|eot)([?#]|$)/i;

/** What the page shows from other sites: this side's server fetches it, not the visitor and not this browser. */
export class PublicAssets {
  /**
   * @param {(kind: number, bytes: Uint8Array) => void} send
   * @param {(id: number) => void} missed  it cannot be had so
   */
  constructor(send, missed) {
    this.send = send;
    this.missed = missed;
    /** @type {Map<number, string>} */
    this.waiting = new Map();
    /** Requests, with the timers that give them up. @type {Map<number, {id: number, timer: number}>} */
    this.running = new Map();
  }

  clear() {
    for (const { timer } of this.running.values()) window.clearTimeout(timer);
    this.running.clear();
    this.waiting.clear();
  }

  /**
   * @param {number} id
   * @param {string} address
   */
  want(id, address) {
    this.waiting.set(id, address);
    this.work();
  }

  work() {
    for (const [id, address] of this.waiting) {
      if (this.running.size >= atOnce) return;
      this.waiting.delete(id);
      const request = ++requests;
      this.running.set(request, { id, timer: window.setTimeout(() => this.miss(request), patience) });
      const out = new ByteWriter(64);
      out.number(request);
      out.raw(new TextEncoder().encode(address));
      this.send(Kind.publicAssetRequest, out.finish());
    }
  }

  /**
   * @param {number} request
   * @returns {number | undefined} the asset that was asked for
   */
  answered(request) {
    const running = this.running.get(request);
    window.clearTimeout(running?.timer);
    this.running.delete(request);
    this.work();
    return running?.id;
  }

  /** @param {number} request */
  miss(request) {
    const id = this.answered(request);
    if (id !== undefined) this.missed(id);
  }
}

/**
 * @param {string} address
 * @param {string} page  where the visitor is
 * @returns {boolean} whether it is of another site than the page, so that it hardly needs the visitor's cookies, and no font,
 *   which sites give to pages that they know
 */
export function isPublic(address, page) {
  if (!/^https?:/i.test(address) || fonts.test(address)) return false;
  try {
    return new URL(address).origin !== new URL(page).origin;
  } catch {
    return true;
  }
}
