import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { beforeEach, test } from "node:test";
import vm from "node:vm";

class FakeSocket {
  static all = [];
  sent = [];
  heard = {};
  close() {}
  addEventListener = (name, listener) => (this.heard[name] = listener);
  send = (text) => this.sent.push(JSON.parse(text));
  constructor(address) {
    this.address = address;
    FakeSocket.all.push(this);
  }
  say(frame) {
    this.heard.message({ data: JSON.stringify(frame) });
  }
}

const source = readFileSync(new URL("../../Sources/Cobrowse/agent/agent.js", import.meta.url), "utf8");
let agent, waits, told, beat, patience;

beforeEach(() => {
  FakeSocket.all = [];
  waits = [];
  told = [];
  const window = {
    URL, URLSearchParams, JSON, WebSocket: FakeSocket, DOMParser: class {}, fetch() {},
    // Ten seconds is how long it waits for a first word.
    setTimeout: (run, milliseconds) => (milliseconds === 10000 ? (patience = run) : waits.push([run, milliseconds])),
    clearTimeout() {}, clearInterval() {},
    setInterval: (run) => (beat = run),
    document: { currentScript: { src: "https://latchkey.example/agent.js?groupid=12345", dataset: {} }, getElementById: () => null },
  };
  vm.runInNewContext(source, { window, Math, Object, Error, String, Promise });
  agent = new window.GLANCE.Presence.Agent({
    visitorid: "record-1", authorization: "token", onclose: () => told.push("close"), onerror: (code) => told.push(code),
  });
  agent.connect();
});

test("an agent is connected to the visitor's home, where another machine sends them", () => {
  const [first] = FakeSocket.all;
  assert.equal(first.address, "wss://latchkey.example/agent");
  first.heard.open();
  assert.deepEqual(first.sent, [{ type: "connect", authorization: "Bearer token", groupid: "12345", visitorid: "record-1" }]);
  first.say({ type: "moved", data: { server: "wss://two.latchkey.example:8443" } });
  first.heard.close();
  assert.deepEqual(waits.map(([, milliseconds]) => milliseconds), [0]);
  waits[0][0]();
  assert.equal(FakeSocket.all[1].address, "wss://two.latchkey.example:8443/agent");
  // When that is lost, the way is through the first again, after a pause.
  FakeSocket.all[1].say({ type: "connected", keepalive: 30 });
  FakeSocket.all[1].heard.close();
  assert.ok(waits[1][1] >= 250, String(waits[1][1]));
  waits[1][0]();
  assert.equal(FakeSocket.all[2].address, "wss://latchkey.example/agent");
  assert.deepEqual(told, ["close", "close"]);
});

test("machines that send each other an agent are not asked without end", () => {
  for (let count = 0; count < 5; count += 1) {
    FakeSocket.all.at(-1).say({ type: "moved", data: { server: "wss://two.latchkey.example" } });
    FakeSocket.all.at(-1).heard.close();
    waits.at(-1)[0]();
  }
  assert.ok(waits.at(-1)[1] > 1000, String(waits.at(-1)[1]));
});

test("who is refused does not come again", () => {
  FakeSocket.all[0].say({ type: "refused", data: {} });
  FakeSocket.all[0].heard.close();
  assert.deepEqual(waits, []);
  assert.deepEqual(told, ["authorization", "close"]);
});

test("a server that leaves a sign of life unanswered is gone; its goodbye, which may come later, ends nothing", () => {
  const [first] = FakeSocket.all;
  first.say({ type: "connected", keepalive: 25, answers: true });
  beat();
  assert.deepEqual(first.sent, [{ type: "k", answer: true }]);
  first.say({ type: "k" });
  beat();
  assert.deepEqual(told, []);
  beat();
  assert.deepEqual(told, ["close"]);
  waits.at(-1)[0]();
  first.heard.close();
  assert.equal(FakeSocket.all.length, 2);
  assert.deepEqual([told.length, waits.length], [1, 1]);
});

test("a server that never says a word is given up, and one of the version before answers no sign of life", () => {
  patience();
  assert.deepEqual([told, waits.length], [["close"], 1]);
  waits[0][0]();
  FakeSocket.all[1].say({ type: "connected", keepalive: 25 });
  for (let count = 0; count < 5; count += 1) beat();
  assert.deepEqual(told, ["close"]);
});
