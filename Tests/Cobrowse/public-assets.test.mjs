import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./modules.mjs";

globalThis.window = globalThis;
const { PublicAssets, isPublic } = await load("viewer/replica-public-assets.js");

test("pictures of other origins are public; fonts and what the page's own origin has are not", () => {
  const page = "https://shop.example/cart";
  assert.ok(isPublic("https://cdn.example/a.png", page));
  assert.ok(isPublic("http://shop.example/a.png", page));
  for (const address of ["https://shop.example/a.png", "blob:https://cdn.example/1", "data:image/png,x", "", "https://cdn.example/a.woff2?x"]) {
    assert.ok(!isPublic(address, page), address);
  }
});

test("asks for a dozen at once, takes each answer once, and gives back what cannot be had", () => {
  const sent = [];
  const missed = [];
  const assets = new PublicAssets((kind, bytes) => sent.push([kind, bytes[0]]), (id) => missed.push(id));
  for (let id = 101; id <= 114; id++) assets.want(id, "https://cdn.example/a.png");
  assert.equal(sent.length, 12);
  assert.ok(sent.every(([kind]) => kind === 0x27));
  const [[, first], [, second]] = sent;
  assert.equal(assets.answered(first), 101);
  assert.equal(assets.answered(first), undefined);
  assets.miss(second);
  assets.miss(second);
  assert.deepEqual(missed, [102]);
  assert.equal(sent.length, 14);
  assets.clear();
  assert.equal(assets.answered(sent[5][1]), undefined);
});
