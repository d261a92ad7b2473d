/** Where scroll bars take no room on the visitor's side, they take none here. Fields are as large as their bars say. */
export const overlayRules = "@layer latchkey { :not(textarea, select) { scrollbar-width: none; } }";

/**
 * The frame has another colour scheme than its page (`makeCanvasOpaque`): in some browsers pictures of a page that names no
 * scheme would take the frame's.
 */
export const lightRules = "@layer latchkey { :where(:root) { color-scheme: light; } }";

/** What a browser shows by itself for states that are marked by attributes here. */
export const baseRules = `
@layer latchkey {
  ::highlight(lk-selection) { background-color: Highlight; color: HighlightText; }
  :where([lk-native]:is(input:not([type=range]), textarea, select, button)) { outline: 1px solid #4f4f4f; outline-offset: -1px; }
  :where([lk-native]:is(button, input[type=submit], input[type=reset], input[type=button])) { outline-color: #525252; filter: brightness(0.9582); }
  :where([lk-native][lk-active]:is(button, input[type=submit], input[type=reset], input[type=button])) { outline-color: #8a8a8a; filter: brightness(1.025); }
  :where([lk-pressed]) { border-style: inset; }
  :where([lk-hover]:is(input[type=range], input[type=checkbox], input[type=radio])) { accent-color: #005cc8; }
  :where(input[type=range][lk-native]) { appearance: none; width: 129px; height: 16px; }
  :where(input[type=range][lk-native])::-webkit-slider-runnable-track {
    box-sizing: border-box; height: 8px; border: 1px solid transparent; border-radius: 4px; background:
      linear-gradient(to right, #005cc8 calc(7px + (100% - 14px) * var(--lk-part)), #e5e5e5 0) padding-box,
      linear-gradient(to right, #28568c calc(8px + (100% - 16px) * var(--lk-part)), #9a9a9a 0) border-box;
  }
  :where(input[type=range][lk-native])::-webkit-slider-thumb {
    appearance: none; width: 16px; height: 16px; margin-top: -5px; border-radius: 50%; background: #005cc8;
  }
  :where([lk-hover], [lk-focus])::-webkit-inner-spin-button { opacity: 1; }
  [lk-chosen] { -webkit-text-fill-color: transparent !important; }
  lk-over { position: fixed; inset: auto; display: block; margin: 0; padding: 0; border: 0; background: none; overflow: hidden; color: transparent; pointer-events: none; }
  lk-over::backdrop { display: none; }
  lk-over[lk-list] { box-sizing: border-box !important; border: 1px solid #767676 !important; padding: 0 !important; pointer-events: auto; }
  lk-row, lk-line { all: initial; display: block !important; box-sizing: border-box !important; white-space: pre !important; }
  lk-row { min-height: 24px !important; margin: 0 !important; border: 0 !important; padding: 4px !important; line-height: normal !important; align-content: center !important; }
  lk-row[lk-in-group] { padding-inline-start: 24px !important; }
  lk-row[lk-group] { min-height: 0 !important; padding: 4px 6px 1px !important; font-weight: bold !important; }
  lk-row[lk-in-group]:has(+ :not([lk-in-group])), lk-row[lk-in-group]:last-child { margin-bottom: 1px !important; }
  lk-row[lk-off] { color: #808080 !important; }
  lk-row[lk-lit] { background: #1967d2 !important; color: #fff !important; }
  lk-line { margin: 4px !important; border-top: 1px solid #ccc !important; }
  lk-marked { background-color: Highlight; color: HighlightText; }
  :where([popover=lk]) { border: 0; padding: 0; overflow: visible; color: inherit; background: none; }
  [lk-fullscreen]:not(:root) { position: fixed !important; inset: 0 !important; box-sizing: border-box !important; margin: 0 !important; width: 100% !important;
    height: 100% !important; min-width: 0 !important; max-width: none !important; min-height: 0 !important; max-height: none !important; transform: none !important; object-fit: contain; }
  [lk-fullscreen]::backdrop { background: black; }
  :where(img[lk-as=video]) { object-fit: contain; }
  :where(lk-inert, style) { display: none; }
  :where([lk-focus-visible]:not(html, body, [lk-open])) { outline: -webkit-focus-ring-color auto 1px; }
  :where(input, textarea, select:not([lk-open]), button)[lk-focus-visible] { outline-offset: 0; }
  :where(input[type=checkbox i], input[type=radio i])[lk-focus-visible] { outline-offset: 2px; }
  :where(a[href])[lk-focus-visible] { outline-offset: 1px; }
  :where(a[href])[lk-active] { color: -webkit-activelink; }
}
`;
