import { ByteWriter } from "../shared/byte-writer.js";
import { Kind } from "../shared/kinds.js";
import { sendInParts } from "../shared/parts.js";
import { fetchLate } from "./late.js";

const largest = 8 * 1024 * 1024;
const atOnce = 4;
const mostWaiting = 2000;

/** Answers requests for what the page shows from elsewhere. */
export class AssetAnswers {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {Set<number>} */
    this.waiting = new Set();
    this.running = 0;
  }

  /** @param {Uint8Array} bytes the numbers that are asked for */
  request(bytes) {
    for (const asset of numbersIn(bytes)) {
      if (this.waiting.size >= mostWaiting) break;
      if (this.parts.options.firstAsset || !this.parts.farFrames.request(asset)) this.waiting.add(asset);
    }
    this.work();
  }

  work() {
    for (const number of this.waiting) {
      if (this.running >= atOnce) return;
      this.waiting.delete(number);
      this.running++;
      void this.answer(number).finally(() => {
        this.running--;
        this.work();
      });
    }
  }

  /** @param {number} number */
  async answer(number) {
    const blob = await this.find(number).catch(() => null);
    const { parts } = this;
    while (parts.running && !parts.options.ready()) await new Promise((resume) => parts.platform.later(resume, 30));
    if (!parts.running) return;
    const bytes = blob === null || blob.size > largest ? new Uint8Array() : new Uint8Array(await blob.arrayBuffer());
    const out = new ByteWriter(bytes.length + 64);
    out.number(number);
    out.string(blob?.type ?? "");
    out.raw(bytes);
    sendInParts(parts.options.send, Kind.asset, out.finish());
  }

  /**
   * @param {number} number
   * @returns {Promise<Blob | null>}
   */
  async find(number) {
    const made = this.parts.assets.made.get(number);
    if (made) return made;
    const address = this.parts.assets.addresses.get(number);
    if (address === undefined) return null;
    const answer = await this.parts.platform.fetch(address, { cache: "force-cache", credentials: "same-origin" }).catch(() => null);
    if (answer?.ok) return answer.blob();
    if (!address.startsWith("blob:")) return null;
    const { drawn } = await fetchLate("capture-drawn", this.parts.platform.later);
    return drawn(this.parts.images.shown.keys(), address);
  }
}

/** @param {Uint8Array} bytes @returns {Generator<number>} the numbers in it, as a `ByteWriter` writes them */
function* numbersIn(bytes) {
  let value = 0;
  let scale = 1;
  for (const byte of bytes) {
    value += (byte & 127) * scale;
    scale *= 128;
    if (byte > 127) continue;
    if (value <= Number.MAX_SAFE_INTEGER) yield value;
    value = 0;
    scale = 1;
  }
}
