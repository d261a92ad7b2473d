/**
 * What an agent may ask of the visitor's page: byte 0 of the payload of frames `annotate`, `navigate` and `assist`. Nodes
 * are named by their numbers, places in a node by fractions of its box, in thousandths; other places are pixels of the
 * visitor's window.
 */
export const Command = Object.freeze({
  /** annotate: `x, y`; both −1 when the pointer is gone */
  point: 1,
  /** annotate: count, then `x, y` for each */
  draw: 2,
  /** annotate: node */
  highlight: 3,
  /** annotate */
  clear: 4,
  /** navigate: node, 0 for the window; `x, y` */
  scroll: 16,
  /** navigate */
  back: 17,
  /** navigate */
  forward: 18,
  /** navigate: an address of the visitor's site */
  address: 19,
  /** assist: node, place in it, button, count */
  click: 32,
  /** assist: text to put in where the focus is */
  text: 33,
  /** assist: the name of a key */
  key: 34,
});

/** The most points of one stroke that a frame holds, and the most characters of a text. */
export const strokeLimit = 500;
export const textLimit = 1000;

/** Keys that mean something; letters come as texts. */
export const keys = Object.freeze([
  "Enter", "Backspace", "Delete", "Tab", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "Escape",
]);
