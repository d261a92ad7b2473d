const decoder = new TextDecoder();

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
    return decode(this.raw(this.number()));
  }

  /** @returns {string} */
  word() {
    const index = this.number();
    if (index === 0) {
      const text = this.string();
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

/**
 * @param {Uint8Array} bytes
 * @returns {string}
 */
function decode(bytes) {
  if (bytes.length > 24) return decoder.decode(bytes);
  let text = "";
  for (let index = 0; index < bytes.length; index++) {
    const code = bytes[index];
    if (code > 127) return decoder.decode(bytes);
    text += String.fromCharCode(code);
  }
  return text;
}
