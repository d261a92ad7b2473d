/** What a browser shows by itself for states that are marked by attributes here. */
export const baseRules = `
@layer latchkey {
  :where(lk-inert, style) { display: none; }
  :where([lk-focus-visible]) { outline: -webkit-focus-ring-color auto 1px; }
  :where(input, textarea, select, button)[lk-focus-visible] { outline-offset: 0; }
  :where(input[type=checkbox i], input[type=radio i])[lk-focus-visible] { outline-offset: 2px; }
  :where(a[href])[lk-focus-visible] { outline-offset: 1px; }
  :where(a[href])[lk-active] { color: -webkit-activelink; }
}
::highlight(lk-selection) { background-color: Highlight; color: HighlightText; }
`;
