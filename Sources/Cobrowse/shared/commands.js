import { ByteReader, FormatError } from "./byte-reader.js";
import { ByteWriter } from "./byte-writer.js";
import { Kind } from "./kinds.js";

/** What an agent may ask of the visitor's page: byte 0 of the payload of `annotate`, `navigate` and `assist` frames. */
export const Command = Object.freeze({
  point: 1,
  draw: 2,
  highlight: 3,
  clear: 4,
  scroll: 16,
  back: 17,
  forward: 18,
  address: 19,
  click: 32,
  text: 33,
  key: 34,
});

/** The most points of a stroke, characters of a text, and characters of an address. */
export const strokeLimit = 500;
export const textLimit = 1000;
const addressLimit = 2000;
const pixelLimit = 1e6;
/** Shares of a box are written in millionths. What sticks out of its box may be a hundred boxes away. */
const shareUnit = 1e6;
const shareLimit = 100;

/**
 * Keys that mean something, with their codes, by which they are written; letters come as texts.
 *
 * @type {Readonly<Record<string, number>>}
 */
export const keyCodes = Object.freeze({
  Backspace: 8, Tab: 9, Enter: 13, Escape: 27, End: 35, Home: 36, ArrowLeft: 37, ArrowUp: 38, ArrowRight: 39, ArrowDown: 40,
  Delete: 46,
});

const { annotate, navigate, assist } = Kind;

/**
 * The kind of frame that a command comes in, the right that it needs, and what follows it. A `pixel` is one of the
 * visitor's window, a `share` one of the named node's box, node 0 is the window. `point` at −1, −1 takes the pointer away.
 *
 * @type {Record<number, [kind: number, right: string, ...fields: string[]] | undefined>}
 */
export const commandForms = {
  [Command.point]: [annotate, "annotate", "pixel", "pixel"],
  [Command.draw]: [annotate, "annotate", "points"],
  [Command.highlight]: [annotate, "annotate", "node"],
  [Command.clear]: [annotate, "annotate"],
  [Command.scroll]: [navigate, "scroll", "node", "pixel", "pixel"],
  [Command.back]: [navigate, "navigate"],
  [Command.forward]: [navigate, "navigate"],
  [Command.address]: [navigate, "navigate", "address"],
  [Command.click]: [assist, "assist", "node", "share", "share", "button", "count"],
  [Command.text]: [assist, "assist", "text"],
  [Command.key]: [assist, "assist", "key"],
};

/** @typedef {(reader: ByteReader) => any} Read */
/** @typedef {(out: ByteWriter, value: any) => void} Write */

/**
 * How each field is read, with its limits, and written.
 *
 * @type {Record<string, [Read, Write]>}
 */
const fields = {
  node: [(reader) => reader.number(), (out, value) => out.number(value)],
  pixel: [(reader) => within(reader.signed(), -pixelLimit, pixelLimit), (out, value) => out.signed(near(value, pixelLimit))],
  share: [
    (reader) => within(reader.signed() / shareUnit, -shareLimit, shareLimit),
    (out, value) => out.signed(near(value * shareUnit, shareLimit * shareUnit)),
  ],
  button: [(reader) => within(reader.byte(), 0, 2), (out, value) => out.byte(value)],
  count: [(reader) => within(reader.byte(), 1, 3), (out, value) => out.byte(Math.min(Math.max(value, 1), 3))],
  text: [(reader) => limited(reader, textLimit), (out, value) => out.string(value.slice(0, textLimit))],
  address: [(reader) => limited(reader, addressLimit), (out, value) => out.string(value)],
  key: [
    (reader) => {
      const code = reader.byte();
      return Object.keys(keyCodes).find((name) => keyCodes[name] === code) ?? fail();
    },
    (out, value) => out.byte(keyCodes[value]),
  ],
  points: [
    (reader) => Array.from({ length: within(reader.number(), 1, strokeLimit) }, () => [fields.pixel[0](reader), fields.pixel[0](reader)]),
    (out, value) => {
      const some = value.slice(-strokeLimit);
      out.number(some.length);
      for (const place of some) for (const one of place) fields.pixel[1](out, one);
    },
  ],
};

/**
 * @param {number} kind of the frame
 * @param {Uint8Array} bytes its payload
 * @returns {{command: number, right: string, values: any[]} | undefined} nothing for what does not follow the form exactly
 */
export function readCommand(kind, bytes) {
  try {
    const reader = new ByteReader(bytes);
    const command = reader.byte();
    const [wanted, right = "", ...names] = commandForms[command] ?? [];
    if (wanted !== kind) return undefined;
    const values = names.map((name) => fields[name][0](reader));
    return reader.atEnd ? { command, right, values } : undefined;
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

/**
 * @param {number} command
 * @param {any[]} values
 * @returns {Uint8Array} the payload of its frame
 */
export function writeCommand(command, ...values) {
  const out = new ByteWriter(64);
  out.byte(command);
  const [, , ...names] = commandForms[command] ?? [];
  for (const [index, name] of names.entries()) fields[name][1](out, values[index]);
  return out.finish();
}

/** @param {ByteReader} reader @param {number} most characters */
function limited(reader, most) {
  const text = reader.string();
  within(text.length, 1, most);
  return text;
}

/** @param {number} value @param {number} least @param {number} most */
function within(value, least, most) {
  return value >= least && value <= most ? value : fail();
}

/** @returns {never} */
function fail() {
  throw new FormatError("out of bounds");
}

/** @param {number} value @param {number} most @returns {number} the nearest integer that may be written */
function near(value, most) {
  return Math.min(Math.max(Math.round(value) || 0, -most), most);
}
