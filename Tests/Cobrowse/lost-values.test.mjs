import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./modules.mjs";

const { markedText, tellsMore } = await load("visitor/capture-lost-values.js");

test("declarations of blocks with variables are marked in their order, no others", () => {
  assert.equal(
    markedText("a:hover{padding:var(--p);--x:1;padding-top:0}b{color:red}"),
    "a:hover{--latchkey-0-padding:var(--p);--x:1;--latchkey-1-padding-top:0}b{color:red}",
  );
  assert.equal(markedText("@media (min-width:1px){a{margin:var(--m)}}"), "@media (min-width:1px){a{--latchkey-0-margin:var(--m)}}");
  assert.equal(markedText("a{color:red;& b{margin:var(--m)}top:0}"), "a{color:red;& b{--latchkey-0-margin:var(--m)}top:0}");
  assert.equal(markedText("@import url(a.css);@layer a,b;a{top:var(--t)}"), "@import url(a.css);@layer a,b;a{--latchkey-0-top:var(--t)}");
});

test("comments, texts, addresses and escapes are read as such", () => {
  assert.equal(markedText("a{/* top: 1px; } */ left:var(--l)/* why */ }"), "a{  --latchkey-0-left:var(--l)  }");
  assert.equal(markedText("a/**/.b{left:var(--l)}"), "a/**/.b{--latchkey-0-left:var(--l)}");
  assert.equal(markedText(String.raw`.x\:\[\'\'\]{content:'}';top:var(--t)}`), String.raw`.x\:\[\'\'\]{--latchkey-0-content:'}';--latchkey-1-top:var(--t)}`);
  assert.equal(
    markedText("a{background:url()}b{background:url(data:x;y{}) var(--b)}"),
    "a{background:url()}b{--latchkey-0-background:url(data:x;y{}) var(--b)}",
  );
  for (const odd of ["a{", "}}", "a{top:var(--t", "/* a", "'a", "a{b:'c\n}d{e:var(--f)}", "", "\\"]) assert.equal(typeof markedText(odd), "string");
});

test("no text takes long", () => {
  const began = performance.now();
  for (const part of ["/* color: red; */ ", "/*", "\\", "(", "url(", "'", "{", "a{--b:var(--c);", "} "]) {
    markedText(`.a{padding:var(--x);padding-top:0;${part.repeat(20_000)}}`);
  }
  assert.ok(performance.now() - began < 5000);
});

test("what hides a text is not undone by reading it again", () => {
  const text = 'a { content: "A"; padding-left: ; padding-top: 0px; background: url("x.png"); }';
  assert.ok(!tellsMore('a { content: \'A\'; padding: var(--p); padding-top: 0px; background: url(x.png); }', text));
  assert.ok(tellsMore('a { content: "A" "B"; padding: var(--p); }', text));
  assert.ok(tellsMore('a { padding: var(--p); background: url(y.png); }', text));
  assert.ok(tellsMore("a { padding: var(--p); data: John; }", text));
  assert.ok(tellsMore(String.raw`a { content: "\"" "SECRET"; padding: var(--p); }`, String.raw`a { content: "\""; padding-left: ; }`));
});
