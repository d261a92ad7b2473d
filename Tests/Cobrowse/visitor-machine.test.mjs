import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { load } from "./modules.mjs";

const { createMachine, lossMilliseconds } = await load("visitor/visitor-machine.js");
const admission = { server: "ws://x/session", serverKey: "k", sessionKey: "123456", resume: "r1" };
const body = { groupid: "12345", name: "Noor" };

let machine;
beforeEach(() => {
  machine = createMachine();
});

/** Lets things happen, and returns what is done about the last of them. */
function happen(...events) {
  return events.map((event) => machine.handle(event)).at(-1);
}

const names = (actions) => actions.map((action) => (action.do === "emit" ? "emit " + action.name : action.do));
const begin = [{ type: "start", body }, { type: "terms", yes: true }, { type: "opened", admission }];
const join = [
  ...begin,
  { type: "connected", status: "J", may: "annotate" },
  { type: "consentAsked", agent: "Dana" },
  { type: "join", yes: true, agent: "Dana" },
  { type: "active", agent: "Dana", visitor: "Noor", may: "annotate assist" },
];

test("asks for the terms before anything is sent", () => {
  assert.deepEqual(names(happen({ type: "start", body })), ["show", "ask"]);
  assert.deepEqual(happen({ type: "terms", yes: true }).at(-1), { do: "open", body });
});

test("sends nothing after a no to the terms, and says that it ended", () => {
  const actions = happen({ type: "start", body }, { type: "terms", yes: false });
  assert.ok(!names(actions).includes("open"));
  assert.deepEqual(actions.at(-1), { do: "emit", name: "ended", detail: { status: "D", by: "visitor" } });
  assert.ok(machine.isFree());
});

test("captures nothing before the visitor has let the agent in", () => {
  for (const event of join.slice(0, -1)) {
    assert.ok(!names(machine.handle(event)).includes("capture"), event.type);
  }
  assert.ok(names(machine.handle(join.at(-1))).includes("capture"));
  assert.equal(machine.state.phase, "live");
  assert.deepEqual(machine.state.may, ["annotate", "assist"]);
});

test("says started once, and agentjoined with the agent's name", () => {
  const emitted = join.flatMap((event) => machine.handle(event)).filter((action) => action.do === "emit");
  assert.deepEqual(emitted.map(({ name, detail }) => [name, detail]), [
    ["started", { sessionKey: "123456", isResumed: false }],
    ["agentjoined", { name: "Dana" }],
  ]);
});

test("answers for the agent who was asked about, and for no other", () => {
  happen(...join.slice(0, 5));
  assert.deepEqual(happen({ type: "join", yes: true, agent: "Robin" }), []);
  assert.deepEqual(happen({ type: "join", yes: false, agent: "Dana" }), [
    { do: "show" }, { do: "send", command: { type: "decline", agent: "Dana" } },
  ]);
});

test("asks no more once the visitor has said yes, be it that the agent's page is still on its way", () => {
  happen(...join.slice(0, 6));
  assert.equal(machine.state.phase, "opening");
  happen({ type: "active", agent: "Dana", visitor: "Noor", may: "annotate" });
  assert.equal(machine.state.phase, "live");
});

test("lets an agent in without a second question whom the visitor has just said yes to, and only that one", () => {
  assert.equal(happen({ type: "start", body, trusted: "Dana" }).at(-1).do, "open");
  happen({ type: "opened", admission }, { type: "connected", status: "J" });
  assert.deepEqual(names(happen({ type: "consentAsked", agent: "Robin" })), ["show", "ask"]);
  assert.deepEqual(happen({ type: "consentAsked", agent: "Dana" }), [
    { do: "send", command: { type: "accept", agent: "Dana" } },
  ]);
});

test("tries a lost connection again for a minute, with its resume token, and goes on with the page", () => {
  happen(...join);
  assert.deepEqual(names(happen({ type: "closed", at: 1000 })), ["unask", "show", "retry"]);
  assert.deepEqual(happen({ type: "retry" }).at(-1), { do: "open", body: { resume: "r1" } });
  assert.deepEqual(names(happen({ type: "openFailed", status: 0, at: 30000 })), ["unask", "show", "retry"]);
  happen({ type: "retry" }, { type: "opened", admission });
  const actions = happen({ type: "connected", status: "A", other: "Dana" });
  assert.deepEqual(names(actions), ["unask", "remember", "capture", "show"]);
});

test("gives up a minute after the connection was lost", () => {
  happen(...join, { type: "closed", at: 1000 });
  happen({ type: "openFailed", status: 0, at: 1000 + lossMilliseconds - 1 });
  assert.equal(machine.state.phase, "lost");
  const actions = happen({ type: "openFailed", status: 0, at: 1000 + lossMilliseconds });
  assert.equal(machine.state.phase, "over");
  assert.deepEqual(names(actions).slice(-2), ["emit agentleft", "emit ended"]);
  assert.ok(names(actions).includes("hush") && names(actions).includes("forget"));
});

test("waits longer after each failure, five seconds at most", () => {
  happen(...join);
  const waits = [];
  for (let index = 0; index < 8; index += 1) {
    const action = happen({ type: index ? "openFailed" : "closed", status: 503, at: index }).at(-1);
    waits.push(action.milliseconds);
  }
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 5000, 5000, 5000, 5000]);
});

test("opens the session under the given key if no agent has opened one", () => {
  happen({ type: "start", body: { groupid: "12345", sessionkey: "abc" } }, { type: "terms", yes: true });
  const actions = happen({ type: "openFailed", status: 404, at: 0 });
  assert.deepEqual(actions.at(-1), { do: "open", body: { groupid: "12345", visitorid: "abc" } });
  assert.deepEqual(happen({ type: "openFailed", status: 404, at: 0 }).at(-1), {
    do: "emit", name: "error", detail: { code: "unknown" },
  });
});

test("takes up the session of the page before, and says so", () => {
  const actions = happen({ type: "resume", resume: "r0", key: "1", agent: "Dana", isShown: true });
  assert.deepEqual(actions.at(-1), { do: "open", body: { resume: "r0" } });
  happen({ type: "opened", admission });
  const emitted = happen({ type: "connected", status: "A", other: "Dana" }).filter((action) => action.do === "emit");
  assert.deepEqual(emitted[0].detail, { sessionKey: "123456", isResumed: true });
});

test("shows nothing of a session that ended while no page was open", () => {
  happen({ type: "resume", resume: "r0", key: "1", agent: "", isShown: true });
  assert.deepEqual(names(happen({ type: "openFailed", status: 404, at: 0 })), ["forget", "show"]);
  assert.equal(machine.state.phase, "idle");
});

test("the tab that is not looked at lets go without leaving, and comes back when it is", () => {
  happen(...join);
  const away = happen({ type: "elsewhere" });
  assert.deepEqual(names(away), ["unask", "hush", "disconnect", "show"]);
  assert.deepEqual(happen({ type: "closed", at: 5 }), []);
  assert.deepEqual(happen({ type: "here" }).at(-1), { do: "open", body: { resume: "r1" } });
});

test("a page that is opened behind another stays there", () => {
  const actions = happen({ type: "resume", resume: "r0", key: "1", agent: "Dana", isShown: false });
  assert.deepEqual(names(actions), ["show"]);
  assert.equal(machine.state.phase, "elsewhere");
});

test("stop leaves, stops the capture and forgets, at once and in every phase", () => {
  for (let count = 1; count <= join.length; count += 1) {
    machine = createMachine();
    happen(...join.slice(0, count));
    const actions = names(happen({ type: "end" }));
    assert.equal(machine.state.phase, "over", `after ${join[count - 1].type}`);
    for (const needed of ["hush", "disconnect", "forget"]) assert.ok(actions.includes(needed));
  }
  assert.deepEqual(happen({ type: "end" }), []);
});

test("assistance ends with the session and with the agent", () => {
  happen(...join, { type: "assisted", isOn: true });
  assert.equal(machine.state.isAssisted, true);
  happen({ type: "ended", status: "C" });
  assert.equal(machine.state.isAssisted, false);
  happen({ type: "assisted", isOn: true });
  assert.equal(machine.state.isAssisted, false);
});

test("knows who ended it", () => {
  happen(...join, { type: "ended", status: "C" });
  assert.equal(machine.state.endedBy, "agent");
  machine = createMachine();
  happen(...join, { type: "end" });
  assert.equal(machine.state.endedBy, "visitor");
  machine = createMachine();
  happen(...join, { type: "ended", status: "K" });
  assert.equal(machine.state.endedBy, "");
});

test("what comes when nothing is going on does nothing", () => {
  for (const type of ["terms", "join", "closed", "retry", "elsewhere", "here", "assisted", "opened", "nonsense"]) {
    assert.deepEqual(machine.handle({ type, yes: true, isOn: true, at: 0, admission }), [], type);
  }
});

/** What the server says of who is there. */
const agents = (names, agent, more = {}) => ({
  type: "agents", names: names.join("\n"), numbers: names.map((_, index) => index + 1).join(" "), control: String(names.indexOf(agent) + 1),
  agent, away: "", asking: "", asked: "", may: "annotate assist", ...more,
});

test("knows who is there, and says who comes and leaves", () => {
  happen(...join, agents(["Dana"], "Dana"));
  const came = happen(agents(["Dana", "Robin"], "Dana"));
  assert.deepEqual(came.at(-1), { do: "emit", name: "agentjoined", detail: { name: "Robin" } });
  assert.deepEqual(machine.state.names, ["Dana", "Robin"]);
  const left = happen(agents(["Robin"], "Robin"));
  assert.deepEqual(left.at(-1), { do: "emit", name: "agentleft", detail: { name: "Dana" } });
  assert.equal(machine.state.agent, "Robin");
  assert.deepEqual(names(happen({ type: "ended", status: "C", by: "agent" })).slice(-2), ["emit agentleft", "emit ended"]);
});

test("asks about another agent while the page is followed on", () => {
  happen(...join);
  const asked = happen(agents(["Dana"], "Dana", { asked: "Robin" }), { type: "consentAsked", agent: "Robin" });
  assert.deepEqual(asked.at(-1), { do: "ask", question: "join", agent: "Robin" });
  assert.equal(machine.state.phase, "live");
  assert.equal(machine.state.agent, "Dana");
  assert.deepEqual(happen({ type: "join", yes: true, agent: "Dana" }), []);
  assert.deepEqual(happen({ type: "join", yes: true, agent: "Robin" }), [
    { do: "show" }, { do: "send", command: { type: "accept", agent: "Robin" } },
  ]);
});

test("takes the question back when the agent does not wait any more", () => {
  happen(...join, agents(["Dana"], "Dana", { asked: "Robin" }), { type: "consentAsked", agent: "Robin" });
  assert.equal(names(happen(agents(["Dana"], "Dana")))[0], "unask");
  assert.deepEqual(happen({ type: "join", yes: true, agent: "Robin" }), []);
});

test("what one agent was allowed ends with their control", () => {
  happen(...join, agents(["Dana", "Robin"], "Dana"), { type: "assisted", isOn: true });
  happen(agents(["Dana", "Robin"], "Dana", { away: "2" }));
  assert.ok(machine.state.isAssisted && !machine.state.isAgentAway);
  const actions = names(happen(agents(["Dana", "Robin"], "Robin", { may: "assist" })));
  assert.ok(!machine.state.isAssisted);
  assert.ok(actions.includes("unask") && actions.includes("allow"));
  assert.deepEqual(machine.state.may, ["assist"]);
});

test("what one agent was allowed before a reload does not hold for the one who leads by then", () => {
  happen({ type: "resume", resume: "r1", agent: "Dana", key: "k", isShown: true });
  machine.state.isAssisted = true;
  happen({ type: "opened", admission }, { type: "connected", status: "A", other: "Robin", may: "assist" });
  assert.ok(!machine.state.isAssisted);
});
