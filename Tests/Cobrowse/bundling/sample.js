// Whatever is easily taken for something else: this file is run as it is and as a bundle, and says the same.
import * as tables from "./tables.js";
import { Color, describe, Kept, least as smallest } from "./tables.js";

const most = 10; // "not a string"
const text = "/* no comment */ // none", quoted = 'it\'s ${no} "template"';
const pattern = /[/"'`]\/(?:\/\*)/g, value = 12 / 3 / 2;

class Base {
  count = 1;
  plain;
  static make() { return new this(); }
  get double() { return this.count * 2 }
  set double(value) { this.count = value / 2; }
  async *steps(of) { for (const get of of) yield get }
  ["comp" + "uted"](...rest) { return rest.length }
  catch(error) { return { error, most, text: `a ${error} ${`b ${most + (() => { const most = 5; return most; })()}`} c` } }
}

class Derived extends Base {
  constructor(most) {
    super()
    this.most = most
  }
  of(most) {
    if (most) return [most, this.most]
    else return {}
  }
}

function control(list) {
  const out = []
  for (let at = 0, end = list.length; at < end; at++) out.push(list[at])
  for (const [key, { value: inner = key }] of Object.entries({ x: {}, y: { value: 2 } })) out.push(key + inner);
  let step = 0
  ++step
  do step++; while (step < 3)
  if (step) /a/.test("a") && out.push("regular")
  switch (step) {
    case Color.red: { out.push("red"); break }
    case 3: { const step = "three"; out.push(step) }
    default: out.push(step > 1 ? { step }.step : [step])
  }
  const a = step
  const b = () => { return }
  const c = a + +a - -a
  const spread = [...list, ,]
  try { throw new Error("oh") } catch { out.push(c, b(), spread.length) } finally { out.push("end") }
  while (step-- > 0);
  return out
}

export default function say() {}

const made = Base.make?.() ?? new Derived(4)
const derived = new Derived(7);
derived.double = 9;
const steps = []
for await (const each of derived.steps([1, 2])) steps.push(each);
const { count: renamed, double, missing = "default" } = derived;
console.log(JSON.stringify([
  text, quoted, "a/b".split(/\//), "x'/y".replace(pattern, "-"), value, Color.green, Color.blue, Kept, Kept.two, smallest(), Object.keys(tables).sort(),
  describe({ name: "Ann", size: 1 }), describe(), derived.computed(1, 2, 3), derived.catch("e"), derived.of(1), derived.of(0),
  control(["l"]), steps, renamed, double, missing, made.most ?? null, typeof say, (() => ({ most }))(), ((most) => most / 2)(8), [1, 2].map((of) => of * most),
  1 .toFixed(1), 5..toString(), 1.5.toFixed(), "é•".length, `\`\${}${"}"}`, ((a, b = a, { c } = { c: b }) => a + b + c)(1),
]));
