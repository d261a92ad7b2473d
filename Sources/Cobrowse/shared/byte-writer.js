const encoder = new TextEncoder();

/** Writes bytes, numbers of variable length and texts, names and values of attributes by their numbers in a table. */
export class ByteWriter {
  /** @param {number} [size] bytes to begin with */
  constructor(size = 4096) {
    this.bytes = new Uint8Array(size);
    this.length = 0;
    /** @type {Map<string, number>} */
    this.words = new Map([["", 1]]);
    /** @type {string[]} */
    this.texts = [];
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
    if (value < 128) return this.byte(value);
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
    const bytes = encoder.encode(text);
    this.number(bytes.length);
    this.raw(bytes);
  }

  /** @param {string} text that stands with all others behind the steps */
  text(text) {
    this.texts.push(text);
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
    this.text(text);
  }

  /** @param {Uint8Array} bytes */
  raw(bytes) {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** @param {ByteWriter} other whose steps are written with the count of their bytes before them, and its texts behind them */
  page(other) {
    this.number(other.length);
    this.raw(other.bytes.subarray(0, other.length));
    const text = joined(other.texts);
    this.reserve(text.length * 3);
    this.length += encoder.encodeInto(text, this.bytes.subarray(this.length)).written ?? 0;
  }

  /** @returns {Uint8Array} what was written */
  finish() {
    return this.bytes.slice(0, this.length);
  }
}

/**
 * @param {string[]} texts
 * @returns {string} all of them; a zero in one becomes another character that shows nothing
 */
function joined(texts) {
  const text = texts.join("\0");
  return text.split("\0").length === texts.length ? text : texts.map((each) => each.replaceAll("\0", "\u0001")).join("\0");
}
