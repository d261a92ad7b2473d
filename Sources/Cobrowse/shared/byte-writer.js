const encoder = new TextEncoder();

/** Writes bytes, numbers of variable length and strings, each repeated string by its number in a table. */
export class ByteWriter {
  /** @param {number} [size] bytes to begin with */
  constructor(size = 4096) {
    this.bytes = new Uint8Array(size);
    this.length = 0;
    /** @type {Map<string, number>} */
    this.words = new Map([["", 1]]);
  }

  /** @param {number} count */
  reserve(count) {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  /** @param {number} value 0...255 */
  byte(value) {
    if (this.length === this.bytes.length) this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** @param {number} value an integer from 0 to 2^53 − 1, seven bits a byte, least first */
  number(value) {
    this.reserve(8);
    let rest = value;
    while (rest > 127) {
      this.bytes[this.length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.length++] = rest;
  }

  /** @param {number} value an integer of either sign, zigzag */
  signed(value) {
    this.number(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** @param {number} value in thousandths, zigzag */
  decimal(value) {
    this.signed(Number.isFinite(value) ? Math.round(value * 1000) : 0);
  }

  /** @param {string} text with its length before it */
  string(text) {
    const count = text.length;
    if (count < 48 && this.ascii(text, count)) return;
    this.reserve(count * 3 + 8);
    const start = this.length;
    this.number(count);
    const sizeBytes = this.length - start;
    const written = encoder.encodeInto(text, this.bytes.subarray(this.length)).written ?? 0;
    if (written === count) {
      this.length += written;
      return;
    }
    this.length = start;
    this.number(written);
    const now = this.length - start;
    if (now !== sizeBytes) this.bytes.copyWithin(this.length, start + sizeBytes, start + sizeBytes + written);
    this.length += written;
  }

  /**
   * @param {string} text
   * @param {number} count
   * @returns {boolean} whether the text was written: it was if all of it is ASCII
   */
  ascii(text, count) {
    this.reserve(count + 1);
    const { bytes } = this;
    let at = this.length;
    bytes[at++] = count;
    for (let index = 0; index < count; index++) {
      const code = text.charCodeAt(index);
      if (code > 127) return false;
      bytes[at++] = code;
    }
    this.length = at;
    return true;
  }

  /** @param {string} text by its number in the table; the first time 0 and the text */
  word(text) {
    const known = this.words.get(text);
    if (known !== undefined) {
      this.number(known);
      return;
    }
    this.words.set(text, this.words.size + 1);
    this.byte(0);
    this.string(text);
  }

  /** @param {Uint8Array} bytes */
  raw(bytes) {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** @returns {Uint8Array} what was written */
  finish() {
    return this.bytes.slice(0, this.length);
  }
}
