import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./modules.mjs";

globalThis.window = globalThis;
const { ReplicaAssets } = await load("viewer/replica-assets.js");

function made() {
  const options = { assets: "visitor", send: () => {} };
  return new ReplicaAssets({ options, page: { url: "https://shop.example/" }, arrived: () => {} });
}

test("a thousand pictures beyond those of the snapshot are too many, until the next snapshot", () => {
  const assets = made();
  for (let id = 1; id <= 3000; id++) assets.define(id, "https://shop.example/a.png");
  assets.count();
  assert.ok(!assets.areTooMany);
  for (let id = 3001; id <= 4000; id++) assets.define(id, "https://shop.example/a.png");
  assert.ok(!assets.areTooMany);
  assets.define(4001, "https://shop.example/a.png");
  assert.ok(assets.areTooMany);
  assets.count();
  assert.ok(!assets.areTooMany);
});

test("stills of one canvas are one picture however many come, those of a thousand canvases are not", () => {
  const assets = made();
  assets.count();
  const show = (id) => {
    assets.want(id);
    assets.ask();
    assets.arrive(id, "");
  };
  show(1);
  for (let id = 2; id <= 5000; id++) {
    assets.replaced(id - 1, id);
    show(id);
  }
  assert.ok(!assets.areTooMany);
  for (let id = 5001; id <= 6001; id++) show(id);
  assert.ok(assets.areTooMany);
});
