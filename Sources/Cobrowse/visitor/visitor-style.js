/**
 * The look of the visitor's bar: an adopted style sheet, which the site's Content-Security-Policy need not allow. What the
 * site's own rules must not change about the host is marked important.
 */
export const barStyle = `
:host { all: initial !important; position: fixed !important; inset: auto 0 0 0 !important; z-index: 2147483647 !important;
  display: block !important; width: auto !important; height: auto !important; max-width: none !important;
  margin: 0 !important; padding: 0 !important; border: 0 !important; background: none !important; overflow: visible !important;
  opacity: 1 !important; visibility: visible !important; pointer-events: none !important; transform: none !important;
  filter: none !important; color-scheme: light dark !important; }
:host([data-place=top]) { inset: 0 0 auto 0 !important; }
:host(:not([data-shown])) .bar { display: none; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
.root { --card: #fff; --ink: #16202b; --soft: #55616e; --line: #c9d0d8; --brand: #0b6e6e; --on: #fff; --danger: #b3261e;
  --live: #1a7f37; --wait: #9a6700; --quiet: #f6f7f9;
  font: 15px/1.4 system-ui, sans-serif; color: var(--ink);
  display: grid; grid-template-columns: minmax(0, 1fr); justify-items: center; padding: 8px; gap: 8px; }
@media (prefers-color-scheme: dark) { .root { --card: #1a2129; --ink: #e8edf2; --soft: #a4b0bd; --line: #46525f;
  --brand: #4fc3c0; --on: #06201f; --danger: #ff8a80; --live: #56d364; --wait: #e3b341; --quiet: #11161c; } }
.bar, .chat, dialog { pointer-events: auto; background: var(--card); color: var(--ink); border: 1px solid var(--line);
  border-radius: 14px; box-shadow: 0 2px 18px rgb(0 0 0 / .22); }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; padding: 8px 10px 8px 14px; max-width: 100%; }
.bar[data-assisted] { border: 2px solid var(--wait); }
.lamp { width: 12px; height: 12px; border-radius: 50%; background: var(--wait); flex: none; }
.lamp[data-phase=live] { background: var(--live); }
.lamp[data-phase=over] { background: var(--soft); }
.words { flex: 1 1 11rem; min-width: 0; overflow-wrap: anywhere; }
p, h2, ol { margin: 0; padding: 0; }
.title { font-weight: 600; }
.detail { color: var(--soft); font-size: 13.5px; }
.key { font: 700 19px/1.2 ui-monospace, monospace; letter-spacing: .05em; user-select: all; }
button { font: inherit; font-weight: 600; min-height: 40px; min-width: 40px; padding: 6px 14px; border-radius: 9px; cursor: pointer;
  border: 1px solid var(--line); background: var(--card); color: var(--ink); }
button.primary { background: var(--brand); border-color: var(--brand); color: var(--on); }
button.danger { color: var(--danger); border-color: currentColor; }
button.icon { padding: 6px; }
button:disabled { opacity: .6; cursor: default; }
:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px; }
.buttons { display: flex; flex-wrap: wrap; gap: 8px; }
a { color: var(--brand); }
dialog { padding: 20px; width: min(27rem, calc(100vw - 24px)); max-height: calc(100vh - 24px); overflow-y: auto; }
dialog[open] { display: grid; gap: 14px; }
dialog::backdrop { background: rgb(0 0 0 / .4); }
h2:focus { outline: none; }
h2 { font-size: 19px; line-height: 1.25; overflow-wrap: anywhere; }
@media (max-width: 30rem) { .bar { width: 100%; } .bar .buttons { width: 100%; } .bar .buttons button { flex: 1 1 auto; } }
`;
