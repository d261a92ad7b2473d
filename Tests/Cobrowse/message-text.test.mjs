import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./modules.mjs";

const { partsOf } = await load("shared/message-text.js");
const links = (text) => partsOf(text).flatMap((part) => part.href ?? []);

test("finds addresses and leaves the sentence's own marks out", () => {
  assert.deepEqual(links("See https://a.example/x?y=1. And (http://b.example)!"), ["https://a.example/x?y=1", "http://b.example"]);
});

test("keeps every character of the text", () => {
  for (const text of ["", "plain", "https://a.example", "a https://a.example, b", "https://"]) {
    assert.equal(partsOf(text).map((part) => part.text).join(""), text);
  }
});

test("makes no link of other schemes, nor of an address with a user name", () => {
  for (const text of ["javascript:alert(1)", "data:text/html,x", "ftp://a.example", "https://bank.example@evil.example/"]) {
    assert.deepEqual(links(text), [], text);
  }
});
