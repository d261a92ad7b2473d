/** The version of the format, the first byte of each snapshot and each batch of changes. */
export const version = 2;

/** What one step of a snapshot or a batch of changes does. See docs/session-format.md. */
export const Op = Object.freeze({
  environment: 1,
  page: 2,
  document: 3,
  detach: 4,
  remove: 5,
  insert: 6,
  attribute: 7,
  removeAttribute: 8,
  text: 9,
  sheet: 10,
  rules: 11,
  sheetState: 12,
  adopt: 13,
  value: 14,
  scroll: 15,
  pointer: 16,
  focus: 17,
  selection: 18,
  asset: 19,
  still: 20,
  assign: 21,
  state: 22,
  font: 23,
  animation: 24,
  highlight: 25,
  dropSheet: 26,
  property: 27,
  frame: 28,
});

/** How a node is written in a tree. */
export const Tree = Object.freeze({
  end: 0,
  text: 1,
  html: 3,
  svg: 4,
  math: 5,
  shadow: 6,
  content: 7,
  moved: 8,
  inert: 9,
});

/** Bits of what an element's state is beyond its attributes. */
export const State = Object.freeze({
  undefined: 1,
  modal: 2,
  popover: 4,
  fullscreen: 8,
  invalid: 16,
  broken: 32,
  placeholder: 64,
  userInvalid: 128,
  dialog: 256,
  autofill: 512,
  playing: 1024,
  target: 2048,
  disabled: 4096,
  valid: 8192,
  open: 16384,
});

/** Bits of an environment: the media features decided on the visitor's side. */
export const Environment = Object.freeze({
  dark: 1,
  reducedMotion: 2,
  moreContrast: 4,
  forcedColors: 8,
  hover: 16,
  finePointer: 32,
  print: 64,
  reducedTransparency: 128,
  coarsePointer: 256,
  overlayScrollbars: 512,
});
