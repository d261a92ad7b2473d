import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./modules.mjs";

const { createMemory } = await load("visitor/visitor-memory.js");

class FakeStorage extends Map {
  getItem = (name) => this.get(name) ?? null;
  setItem = (name, text) => this.set(name, text);
  removeItem = (name) => this.delete(name);
}
const record = { resume: "r", key: "1", agent: "Dana", isAssisted: false, messages: [] };

test("is taken up by another tab, and dropped from both storages", () => {
  const [own, shared, other] = [new FakeStorage(), new FakeStorage(), new FakeStorage()];
  const first = createMemory("12345", () => [own, shared], () => 1000);
  first.write(record);
  assert.equal(createMemory("12345", () => [other, shared], () => 2000).read().resume, "r");
  assert.equal(createMemory("54321", () => [own, shared], () => 2000).read(), undefined);
  first.forget();
  assert.equal(own.size + shared.size, 0);
});

test("is not taken up when no page of the site was open for more than a minute", () => {
  const own = new FakeStorage();
  createMemory("12345", () => [own], () => 1000).write(record);
  assert.ok(createMemory("12345", () => [own], () => 70000).read());
  assert.equal(createMemory("12345", () => [own], () => 71000).read(), undefined);
});

test("storage that may not be used is lived without", () => {
  const memory = createMemory("12345", () => { throw new Error("denied"); }, () => 0);
  memory.write(record);
  assert.equal(memory.read(), undefined);
});
