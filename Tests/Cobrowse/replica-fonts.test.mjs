import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./modules.mjs";

/** A sheet of one `@font-face`, as far as its declarations are asked for. */
globalThis.CSSStyleSheet = class {
  replaceSync(text) {
    const style = { getPropertyValue: (name) => new RegExp(`${name}:\\s*([^;}]*)`).exec(text)?.[1].trim() ?? "" };
    this.cssRules = [{ style }];
  }
};
const { ReplicaFonts } = await load("viewer/replica-fonts.js");

function made() {
  const asked = [];
  const addresses = new Map();
  const assets = {
    addresses,
    known: (id) => addresses.get(id) || undefined,
    want: (id) => asked.includes(id) || asked.push(id),
    ask() {},
  };
  const fonts = new ReplicaFonts({ assets, arrivals: new Set() });
  const declare = (family, ...ids) => {
    const source = `@font-face { font-family: "${family}"; src: ${ids.map((id) => `url("latchkey:${id}")`).join(", ")} }`;
    fonts.add({ source, uses: new Set(ids) });
  };
  return { fonts, declare, addresses, asked };
}

const face = (family, status, more = {}) => ({ family, status, style: "normal", weight: "normal", stretch: "normal", unicodeRange: "U+0-10FFFF", ...more });

test("a font is asked for when a text needs it", () => {
  const { fonts, declare, asked } = made();
  declare("Used One", 1);
  declare("Not used", 2);
  fonts.look([face("Used One", "unloaded"), face("Not used", "unloaded")]);
  assert.deepEqual(asked, []);
  fonts.look([face("Used One", "loading"), face("Not used", "unloaded")]);
  assert.deepEqual(asked, [1]);
});

test("its weight is part of what it is", () => {
  const { fonts, asked } = made();
  for (const [id, weight] of [[1, "400"], [2, "900"]]) {
    fonts.add({ source: `@font-face { font-family: A; font-weight: ${weight}; src: url("latchkey:${id}") }`, uses: new Set([id]) });
  }
  fonts.look([face("A", "unloaded", { weight: "400" }), face("A", "error", { weight: "900" })]);
  assert.deepEqual(asked, [2]);
});

test("the next source is asked for when one is not there or cannot be read, not while one is on its way or there", () => {
  const { fonts, declare, asked, addresses } = made();
  declare("A", 1, 2, 3);
  fonts.look([face("A", "error")]);
  fonts.look([face("A", "error")]);
  assert.deepEqual(asked, [1]);
  addresses.set(1, "");
  fonts.look([face("A", "error")]);
  assert.deepEqual(asked, [1, 2]);
  addresses.set(2, "blob:two");
  fonts.look([face("A", "loading")]);
  assert.deepEqual(asked, [1, 2]);
  fonts.look([face("A", "error")]);
  assert.deepEqual(asked, [1, 2, 3]);
  addresses.set(3, "");
  fonts.look([face("A", "error")]);
  assert.deepEqual(asked, [1, 2, 3]);
});

test("what no browser reads is not asked for", () => {
  const { fonts, asked } = made();
  fonts.add({
    source: '@font-face { font-family: A; src: url("latchkey:1#iefix") format("embedded-opentype"), url("latchkey:2") format("woff2") }',
    uses: new Set([1, 2]),
  });
  fonts.look([face("A", "loading")]);
  assert.deepEqual(asked, [2]);
});

test("a rule that is written again is no second one, and a snapshot forgets them", () => {
  const { fonts, declare } = made();
  declare("A", 1);
  declare("A", 1);
  assert.equal(fonts.waiting.size, 1);
  fonts.clear();
  assert.equal(fonts.waiting.size, 0);
});

test("what is no font, and a font that nothing names, are let be", () => {
  const { fonts, asked } = made();
  assert.ok(fonts.declares('@font-face { src: url("latchkey:1") }'));
  assert.ok(!fonts.declares('@font-face-x { src: url("latchkey:1") } @layer a;'));
  const sheet = globalThis.CSSStyleSheet;
  globalThis.CSSStyleSheet = class { cssRules = []; replaceSync() {} };
  fonts.add({ source: "@font-face {", uses: new Set([1]) });
  fonts.look([face("A", "error")]);
  globalThis.CSSStyleSheet = sheet;
  assert.deepEqual(asked, []);
});

test("of fonts that are written anew all the time the latest are kept", () => {
  const { fonts, declare } = made();
  for (let id = 1; id <= 6000; id++) declare("A", id);
  assert.equal(fonts.waiting.size, 5000);
});
