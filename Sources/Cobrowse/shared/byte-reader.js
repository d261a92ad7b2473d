const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
/** No page has more texts than that. */
const mostTexts = 4_000_000;

/** What was received does not follow the format. */
export class FormatError extends Error {}

/** Reads what a `ByteWriter` wrote. Throws a `FormatError` for whatever does not follow the format. */
export class ByteReader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
    /** @type {string[]} */
    this.words = ["", ""];
    /** @type {string[]} */
    this.texts = [];
    this.nextText = 0;
  }

  /** @returns {boolean} */
  get atEnd() {
    return this.at >= this.bytes.length;
  }

  /** @returns {number} */
  byte() {
    if (this.at >= this.bytes.length) throw new FormatError("too short");
    return this.bytes[this.at++];
  }

  /** @returns {number} */
  number() {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 8; count++) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      scale *= 128;
    }
    throw new FormatError("number too large");
  }

  /** @returns {number} */
  signed() {
    const value = this.number();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }

  /** @returns {number} */
  decimal() {
    return this.signed() / 1000;
  }

  /** @returns {string} */
  string() {
    return decoder.decode(this.raw(this.number()));
  }

  /** Begins to read steps, whose count of bytes is next, and the texts behind them. */
  takeTexts() {
    const count = this.number();
    this.raw(count);
    this.texts = decoder.decode(this.bytes.subarray(this.at)).split("\0", mostTexts);
    this.bytes = this.bytes.subarray(0, this.at);
    this.at -= count;
  }

  /** @returns {string} the next of the texts */
  text() {
    if (this.nextText >= this.texts.length) throw new FormatError("too few texts");
    return this.texts[this.nextText++];
  }

  /** @returns {string} */
  word() {
    const index = this.number();
    if (index === 0) {
      const text = this.text();
      this.words.push(text);
      return text;
    }
    const text = this.words[index];
    if (text === undefined) throw new FormatError("unknown word");
    return text;
  }

  /**
   * @param {number} count
   * @returns {Uint8Array}
   */
  raw(count) {
    if (count > this.bytes.length - this.at) throw new FormatError("too short");
    const part = this.bytes.subarray(this.at, this.at + count);
    this.at += count;
    return part;
  }
}
