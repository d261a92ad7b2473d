import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./modules.mjs";

const { Command, commandForms, keyCodes, readCommand, strokeLimit, textLimit, writeCommand } = await load("shared/commands.js");
const { Kind } = await load("shared/kinds.js");

/** One of each command, with values at the edges of what they may be. */
const samples = [
  [Command.point, 0, 0], [Command.point, -1, -1], [Command.point, 1e6, -1e6],
  [Command.draw, [[1, 2]]], [Command.draw, Array.from({ length: strokeLimit }, (_, at) => [at, 1 - at])],
  [Command.highlight, 1], [Command.highlight, Number.MAX_SAFE_INTEGER], [Command.clear],
  [Command.scroll, 0, 0, 4000], [Command.back], [Command.forward], [Command.address, "/a?b=ü#c"],
  [Command.click, 7, 0, 1, 0, 1], [Command.click, 300, 0.333333, -99.5, 2, 3],
  [Command.text, "x"], [Command.text, "ß€😀"], [Command.text, "€".repeat(textLimit)],
  ...Object.keys(keyCodes).map((name) => [Command.key, name]),
];
const kindOf = (command) => commandForms[command][0];
const read = (bytes, kind = kindOf(bytes[0])) => readCommand(kind, Uint8Array.from(bytes));

test("every command is in the samples", () => {
  assert.deepEqual([...new Set(samples.map(([command]) => command))].sort((a, b) => a - b), Object.values(Command));
});

test("what is written is read again", () => {
  for (const [command, ...values] of samples) {
    const found = read(writeCommand(command, ...values));
    assert.deepEqual(found, { command, right: commandForms[command][1], values });
  }
});

test("each right belongs to one kind of frame, so that the server can check it too", () => {
  const rights = Object.values(commandForms).map(([kind, right]) => `${kind} ${right}`);
  assert.deepEqual([...new Set(rights)], [
    `${Kind.annotate} annotate`, `${Kind.navigate} scroll`, `${Kind.navigate} navigate`, `${Kind.assist} assist`,
  ]);
});

test("a command in a frame of another kind is ignored", () => {
  for (const [command, ...values] of samples) {
    for (let kind = 0; kind < 256; kind++) {
      const found = read(writeCommand(command, ...values), kind);
      assert.equal(found !== undefined, kind === kindOf(command), `${command} in ${kind}`);
    }
  }
});

test("a command that is cut short or has anything behind it is ignored", () => {
  for (const [command, ...values] of samples) {
    const bytes = writeCommand(command, ...values);
    for (let length = 0; length < bytes.length; length++) assert.equal(read(bytes.subarray(0, length), kindOf(command)), undefined);
    for (const more of [0, 1, 127, 255]) assert.equal(read([...bytes, more]), undefined);
  }
});

test("commands that are not listed are ignored", () => {
  for (let command = 0; command < 256; command++) {
    if (command in commandForms) continue;
    for (const kind of [Kind.annotate, Kind.navigate, Kind.assist]) assert.equal(readCommand(kind, Uint8Array.of(command, 0, 0)), undefined);
  }
});

test("values out of bounds are ignored", () => {
  const big = [0xff, 0xff, 0xff, 0xff, 0x7f];
  const text = (count) => [count % 128 | 128, count >> 7, ...new Array(count).fill(65)];
  const wrong = [
    [Command.point, ...big, 0], [Command.draw, 0], [Command.draw, 0xf5, 3, ...new Array(1002).fill(0)], [Command.scroll, 0, 0, ...big],
    [Command.click, 1, ...big, 0, 0, 1], [Command.click, 1, 0, 0, 3, 1], [Command.click, 1, 0, 0, 0, 0], [Command.click, 1, 0, 0, 0, 4],
    [Command.text, 0], [Command.text, ...text(textLimit + 1)], [Command.text, ...big], [Command.address, 0], [Command.address, ...text(2001)],
    [Command.key, 65], [Command.key, 0], [Command.highlight, 255, 255, 255, 255, 255, 255, 255, 255, 255],
  ];
  for (const bytes of wrong) assert.equal(read(bytes), undefined, String(bytes.slice(0, 8)));
  assert.ok(read([Command.text, ...text(textLimit)]));
});

test("the writer keeps to the limits", () => {
  assert.equal(read(writeCommand(Command.text, "a".repeat(5000))).values[0].length, textLimit);
  const points = Array.from({ length: 900 }, (_, at) => [at, at]);
  assert.deepEqual(read(writeCommand(Command.draw, points)).values[0], points.slice(-strokeLimit));
  assert.deepEqual(read(writeCommand(Command.point, NaN, 1e9)).values, [0, 1e6]);
  assert.deepEqual(read(writeCommand(Command.click, 1, 0.5, 0.5, 0, 0)).values[4], 1);
});

test("a hundred thousand random payloads are read without throwing", () => {
  let state = 7;
  const random = (below) => (state = (state * 1103515245 + 12345) % 2 ** 31) % below;
  const commands = Object.values(Command);
  for (let count = 0; count < 100_000; count++) {
    const bytes = Uint8Array.from({ length: random(24) }, () => random(256));
    if (bytes.length > 0 && count % 4) bytes[0] = commands[random(commands.length)];
    const found = readCommand([Kind.annotate, Kind.navigate, Kind.assist][random(3)], bytes);
    assert.ok(found === undefined || found.command === bytes[0]);
  }
});
