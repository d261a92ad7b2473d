const titled = "[title]:not([title=''])";

/** Sets of style sheets to choose from: those with titles, of which the first one that is no alternative is chosen. */
export class SheetSets {
  /** @param {any} sheet with a title @returns {boolean} whether it is switched off: by a script, or as one of another set */
  isOff({ disabled, title, ownerNode }) {
    const root = ownerNode?.getRootNode();
    // In a shadow tree there are no sets, and Firefox tells by itself.
    if (disabled || root?.nodeType !== 9 || "mozFullScreen" in root) return disabled;
    if (title === root.querySelector(`:is(link[rel~=stylesheet]:not([rel~=alternate]),style)${titled}`)?.title) return false;
    // Nothing tells which one a script has chosen, but it switches the first one off.
    return !ownerNode.rel || root.querySelector(`link${titled}:not([rel~=alternate])[disabled]`) === null;
  }
}
