import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./modules.mjs";

const { fill, loadTexts } = await load("visitor/visitor-texts.js");
const { barWords, questionWords } = await load("visitor/visitor-words.js");
const english = await loadTexts("en");

test("every language has every text, with the same values in it", async () => {
  const values = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join();
  for (const language of ["de", "fr"]) {
    const texts = await loadTexts(language);
    assert.equal(texts.language, language);
    assert.deepEqual(Object.keys(texts), Object.keys(english));
    for (const name of ["joinTitle", "inviteTitle", "assistTitle", "live", "write", "unread", "overAgent"]) {
      assert.equal(values(texts[name]), values(english[name]), `${language} ${name}`);
    }
  }
});

test("a language is chosen by its first part, and English is taken for others", async () => {
  assert.equal((await loadTexts("de-AT")).language, "de");
  assert.equal((await loadTexts("xx")).language, "en");
  assert.equal((await loadTexts("../lang-de")).language, "en");
});

test("says what the agent may do, and who ended the session", () => {
  const state = { phase: "live", agent: "Dana", names: ["Dana"], may: ["annotate"], isAssisted: false, isAgentAway: false };
  assert.match(barWords(english, state).detail, /point/);
  assert.match(barWords(english, { ...state, isAssisted: true }).detail, /click and type/);
  const both = { ...state, names: ["Dana", "Robin"] };
  assert.equal(barWords(english, both).title, "In session with Dana, Robin");
  assert.match(barWords(english, both).detail, /^Dana is in control. They see/);
  assert.match(barWords(english, { ...state, phase: "over", ending: "C", endedBy: "agent" }).detail, /^Dana has/);
  assert.match(barWords(english, { ...state, phase: "over", ending: "C", endedBy: "visitor" }).detail, /^You have/);
  assert.equal(barWords(english, { ...state, phase: "idle" }), undefined);
});

test("every question has its words, and a link to terms of the web alone", () => {
  for (const name of ["terms", "join", "invite", "assist"]) {
    const words = questionWords(english, name, "Dana", "javascript:alert(1)");
    for (const part of ["title", "text", "yes", "no"]) assert.ok(words[part], `${name} ${part}`);
    assert.equal(words.link, undefined);
  }
  assert.equal(questionWords(english, "terms", "", "https://a.example/terms").link.href, "https://a.example/terms");
});

test("an agent's name is put in as it is", () => {
  assert.equal(fill("{agent} x {other}", { agent: "$& {other}" }), "$& {other} x {other}");
});
