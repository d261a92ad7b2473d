/** What a browser shows by itself for states that are marked by attributes here. */
export const baseRules = `
@layer latchkey {
  lk-over { position: fixed; display: block; margin: 0; padding: 0; border: 0; background: none; overflow: hidden; color: transparent; pointer-events: none; }
  lk-over::backdrop { display: none; }
  lk-marked { background-color: Highlight; color: HighlightText; }
  :where(img[lk-as=video]) { object-fit: contain; }
  :where(lk-inert, style) { display: none; }
  :where([lk-focus-visible]) { outline: -webkit-focus-ring-color auto 1px; }
  :where(input, textarea, select, button)[lk-focus-visible] { outline-offset: 0; }
  :where(input[type=checkbox i], input[type=radio i])[lk-focus-visible] { outline-offset: 2px; }
  :where(a[href])[lk-focus-visible] { outline-offset: 1px; }
  :where(a[href])[lk-active] { color: -webkit-activelink; }
}
::highlight(lk-selection) { background-color: Highlight; color: HighlightText; }
`;
