/** What a browser shows by itself for states that are marked by attributes here. */
export const baseRules = `
@layer latchkey {
  ::highlight(lk-selection) { background-color: Highlight; color: HighlightText; }
  :where([lk-native]:is(input, textarea, select, button)) { outline: 1px solid #4f4f4f; outline-offset: -1px; }
  :where([lk-native]:is(button, input[type=submit], input[type=reset], input[type=button])) { outline-color: #525252; filter: brightness(0.9582); }
  :where([lk-native][lk-active]:is(button, input[type=submit], input[type=reset], input[type=button])) { outline-color: #8a8a8a; filter: brightness(1.025); }
  :where([lk-hover]:is(input[type=range], input[type=checkbox], input[type=radio])) { accent-color: #005cc8; }
  :where([lk-hover], [lk-focus])::-webkit-inner-spin-button { opacity: 1; }
  [lk-chosen] { -webkit-text-fill-color: transparent !important; }
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
`;
