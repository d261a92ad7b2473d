import assert from "node:assert/strict";
import { test } from "node:test";

import { ByteReader, FormatError } from "../../Sources/Cobrowse/shared/byte-reader.js";
import { ByteWriter } from "../../Sources/Cobrowse/shared/byte-writer.js";

function written(texts) {
  const steps = new ByteWriter();
  for (const text of texts) {
    steps.byte(9);
    steps.text(text);
  }
  const out = new ByteWriter(8);
  out.page(steps);
  return out.finish();
}

function read(bytes) {
  const reader = new ByteReader(bytes);
  reader.takeTexts();
  const texts = [];
  while (!reader.atEnd) {
    assert.equal(reader.byte(), 9);
    texts.push(reader.text());
  }
  return texts;
}

test("texts come back as they were, the empty one and one with a byte order mark too", () => {
  for (const texts of [[], [""], ["", ""], ["\ufeffa", "b"], ["a".repeat(300), "ä€😀", ""], ["\n", "a\u0001"]]) {
    assert.deepEqual(read(written(texts)), texts);
  }
});

test("a zero in a text does not end it", () => {
  assert.deepEqual(read(written(["a\0b", "c", "\0"])), ["a\u0001b", "c", "\u0001"]);
});

test("a word is written once and then by its number", () => {
  const steps = new ByteWriter();
  for (const word of ["class", "a", "class", ""]) steps.word(word);
  const out = new ByteWriter();
  out.page(steps);
  const reader = new ByteReader(out.finish());
  reader.takeTexts();
  assert.deepEqual([reader.word(), reader.word(), reader.word(), reader.word()], ["class", "a", "class", ""]);
  assert.equal(steps.texts.length, 2);
  assert.ok(reader.atEnd);
});

test("too few texts, and steps that are longer than the frame, are errors", () => {
  const bytes = written(["a", "b"]);
  assert.throws(() => read(bytes.subarray(0, bytes.length - 2)), FormatError);
  assert.throws(() => read(Uint8Array.of(9, 9)), FormatError);
});
