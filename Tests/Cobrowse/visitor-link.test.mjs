import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { load } from "./modules.mjs";

const { createLink } = await load("visitor/visitor-link.js");
const { Kind } = await load("shared/kinds.js");

class FakeSocket {
  readyState = 1;
  bufferedAmount = 0;
  sent = [];
  send = (data) => this.sent.push(data);
  close() {
    this.readyState = 3;
  }
  constructor(address) {
    this.address = address;
    FakeSocket.last = this;
  }
}

let events, frames, closes, link, socket;

function connect() {
  link = createLink({
    admission: { server: "wss://x/session", serverKey: "secret" },
    Socket: FakeSocket,
    onevent: (event) => events.push(event),
    onframe: (kind, payload) => frames.push([kind, [...payload]]),
    onclose: () => (closes += 1),
  });
  socket = FakeSocket.last;
  return link;
}

beforeEach(() => {
  events = [];
  frames = [];
  closes = 0;
  connect();
});

const receive = (...bytes) => socket.onmessage({ data: new Uint8Array(bytes).buffer });

test("connects with the server key in the first frame, not in the address", () => {
  socket.onopen();
  assert.equal(socket.address, "wss://x/session");
  assert.deepEqual(JSON.parse(socket.sent[0]), { type: "connect", serverKey: "secret" });
  assert.deepEqual(socket.sent.slice(1), ['{"type":"k"}'], "and asks for a sign of life at once, so that silence is noticed");
});

test("puts the kind before the payload and takes it off again", () => {
  link.sendFrame(Kind.changes, new Uint8Array([3, 7, 9]));
  assert.deepEqual([...socket.sent[0]], [Kind.changes, 3, 7, 9]);
  receive(Kind.annotate, 1, 2);
  assert.deepEqual(frames, [[Kind.annotate, [1, 2]]]);
});

test("takes nothing more while the server holds it, or while too much is unsent", () => {
  assert.equal(link.ready(), true);
  receive(Kind.hold);
  assert.equal(link.ready(), false);
  receive(Kind.go);
  assert.equal(link.ready(), true);
  socket.bufferedAmount = 1 << 20;
  assert.equal(link.ready(), false);
  assert.deepEqual(frames, []);
});

const asks = () => socket.sent.filter((text) => text === '{"type":"k"}').length;

test("a server of the version before, which answers no sign of life, is kept", () => {
  for (let checks = 0; checks < 50; checks += 1) link.check();
  assert.equal(closes, 0);
});

test("asks a silent server for a sign of life, and closes once when there is none; then it is more patient", () => {
  for (let checks = 0; checks < 3; checks += 1) link.check();
  assert.deepEqual([asks(), closes], [2, 0]);
  socket.onmessage({ data: '{"type":"k"}' });
  for (let checks = 0; checks < 3; checks += 1) link.check();
  assert.equal(closes, 0);
  link.check();
  socket.onclose();
  assert.equal(closes, 1);
  assert.equal(link.ready(), false);
  const next = connect();
  for (let checks = 0; checks < 5; checks += 1) next.check();
  assert.equal(closes, 1);
  next.check();
  assert.equal(closes, 2);
});

test("a slow link that moves is kept, and one that does not come about is not", () => {
  for (let amount = 100; amount > 0; amount -= 2) {
    socket.bufferedAmount = amount;
    link.check();
  }
  assert.equal(closes, 0);
  connect();
  socket.readyState = 0;
  for (let checks = 0; checks < 20; checks += 1) link.check();
  assert.deepEqual([closes, asks()], [1, 0]);
});

test("says nothing more after it was closed", () => {
  link.close();
  socket.onmessage({ data: '{"type":"active"}' });
  link.send({ type: "leave" });
  link.sendFrame(1, new Uint8Array(1));
  assert.deepEqual([events, socket.sent], [[], []]);
});
