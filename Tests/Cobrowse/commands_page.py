"""The page that the agent's commands are tried on. What the agent may not touch is `.closed`, what
no pointer reaches `.unreachable`."""

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Commands</title>
<button id="b">Button</button> <a id="link" href="#there">Link</a> <button id="disabled" class="closed" disabled>Off</button>
<form id="form"><input id="i" name="i"><input id="other" name="other"><button id="send">Send</button></form>
<form id="single"><input id="only" name="only"></form>
<textarea id="ta"></textarea> <input id="n" type="number"> <input id="mail" type="email"> <input id="d" type="date" value="2026-01-02">
<input id="ro" readonly value="kept"> <input id="max" maxlength="3">
<label id="lc"><input id="c" type="checkbox">Check</label>
<input id="r1" type="radio" name="r" checked><input id="r2" type="radio" name="r"> <input id="range" type="range" value="50">
<select id="s"><option>apple<option disabled>banana<option>cherry</select>
<select id="list" size="3"><option id="o1">one<option id="o2">two<option id="o3" disabled>three</select>
<div id="ce" contenteditable>edit</div> <details id="det"><summary id="sum">More</summary>inside</details>
<div id="host"></div> <iframe id="frame" width="200" height="60" srcdoc="<!doctype html><button id=fb>F</button><input id=fi size=5>"></iframe>
<div id="scroller" tabindex="0"><div></div></div> <div id="div" tabindex="0">div</div>
<hr>
<input id="card" class="closed" autocomplete="cc-number"><input id="pass" class="closed" type="password"><input id="file" class="closed" type="file">
<label id="lp" class="closed">Password <input id="lpi" class="closed" type="password"></label>
<label id="lf" for="file" class="closed">File</label> <input id="masked" class="closed" data-latchkey-mask>
<div id="region" class="closed" data-latchkey-mask><button id="mb" class="closed">Masked</button><input id="mi" class="closed">
<select id="ms" class="closed"><option>a<option>b</select><span data-latchkey-unmask><button id="open">Unmasked again</button></span></div>
<button id="mo" class="closed" data-latchkey-mask>x<span id="mospan" class="closed" data-latchkey-unmask>unmasked</span></button>
<div id="mce" class="closed" contenteditable data-latchkey-mask>masked</div>
<div id="island" contenteditable>open <b id="isle" class="closed" data-latchkey-mask>secret</b> text</div>
<select id="cardtype" class="closed" name="card-number"><option>1<option>2</select>
<latchkey-bar id="ui" class="closed" data-latchkey-ui tabindex="0">own</latchkey-bar>
<div id="cover"><button id="covered" class="unreachable">Covered</button><i></i></div>
<button id="off" class="unreachable">Away</button>
<iframe id="cross" class="closed" width="60" height="30" src="{{other}}/cross?latchkey-script"></iframe>
<p id="end"></p></html>"""

STYLE = """button, a, label, span { display: inline-block } i, hr { display: block } #scroller { width: 100px; height: 40px; overflow: auto }
#scroller div { height: 400px; width: 400px } #cover { position: relative; width: 90px; height: 26px } #cover i { position: absolute; inset: 0 }
#off { position: fixed; left: -500px } #end { height: 1800px } body { margin: 4px; font: 13px sans-serif } #ce, #island, #mce { width: 300px }"""

# What the tests need on the page: what was heard, what would have led away, and commands as bytes of an agent's own making.
PREPARE = """async (modules) => {
  const { Command, commandForms, writeCommand } = await import(modules + "shared/commands.js");
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(%r);
  document.adoptedStyleSheets = [sheet];
  const types = ["click", "mousedown", "pointerdown", "dblclick", "contextmenu", "keydown", "keypress", "keyup", "beforeinput", "input", "change",
    "focusin", "submit", "scroll"];
  window.heard = [];
  window.away = [];
  window.nameOf = (node) => node.id || node.nodeName;
  window.hear = (root) => {
    for (const type of types) {
      root.addEventListener(type, (event) => {
        if (event.target.getRootNode() === root || event.target === root) heard.push(type + " " + nameOf(event.target));
        if (type === "submit") event.preventDefault();
      }, true);
    }
  };
  hear(document);
  const open = host.attachShadow({ mode: "open" });
  open.innerHTML = "<button id=sb>S</button><div id=inner></div>";
  const closed = open.getElementById("inner").attachShadow({ mode: "closed" });
  closed.innerHTML = "<button id=cb>C</button><input id=ci size=5><input id=cp class=closed type=password size=5>";
  window.closedRoot = closed;
  for (const root of [open, closed, frame.contentDocument]) hear(root);
  navigation.addEventListener("navigate", (event) => {
    if (event.destination.sameDocument) return;
    away.push(event.destination.url);
    if (event.cancelable) event.preventDefault();
  });
  for (const name of ["back", "forward"]) History.prototype[name] = () => away.push(name);
  window.violations = [];
  addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective + " " + event.blockedURI));
  Object.assign(window, { Command,
    send: (command, ...values) => latchkeyHarness.capture.receive(commandForms[command][0], writeCommand(command, ...values)),
    find: (id) => document.getElementById(id) ?? open.getElementById(id) ?? closed.getElementById(id) ?? frame.contentDocument.getElementById(id),
    active: () => { let at = document.activeElement; for (;;) { const in_ = at === inner_ ? closed.activeElement : at?.shadowRoot?.activeElement ?? (at === frame ? at.contentDocument.activeElement : null);
      if (!in_) return at && nameOf(at); at = in_; } },
    marks: () => { const at = document.querySelector("latchkey-marks"); return at ? [...at.shadowRoot.querySelectorAll("svg > *")].map((one) => one.getAttribute("class")) : []; },
    state: () => JSON.stringify([...document.querySelectorAll("input, textarea, select, [contenteditable]"), ...closed.querySelectorAll("input")].map((one) =>
      [one.id, one.checked, one.value ?? one.textContent])),
    place: (id) => { const one = find(id); const box = one.getBoundingClientRect(); let x = box.left + box.width / 2, y = box.top + box.height / 2;
      if (one.ownerDocument !== document) { const out = frame.getBoundingClientRect(); x += out.left + frame.clientLeft; y += out.top + frame.clientTop; } return [x, y]; },
  });
  var inner_ = open.getElementById("inner");
}""" % STYLE

# Only the marks' root is opened, to count what is in it.
OPEN_MARKS = """const attachShadow = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (options) {
  return attachShadow.call(this, this.localName === "latchkey-marks" ? { ...options, mode: "open" } : options);
};"""
