import { rewriteRule } from "./replica-css.js";
import { rewriteMedia } from "./replica-media.js";

/** @typedef {{source: string, text: string, uses: Set<number>, count: number}} Piece */
/** @typedef {{owner: any, sheet: any, pieces: Piece[], media: string, disabled: boolean}} ReplicaSheet */


/** The replica's style sheets. Each rule is kept as the visitor sent it, since it is written anew as assets arrive. */
export class ReplicaSheets {
  /** @param {import("./replica.js").ReplicaParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {Map<number, ReplicaSheet>} */
    this.sheets = new Map();
    /** Adopted lists by root. @type {Map<any, number[]>} */
    this.adopted = new Map();
  }

  clear() {
    this.sheets.clear();
    this.adopted.clear();
  }

  /** @param {any} owner */
  drop(owner) {
    for (const [id, sheet] of this.sheets) if (sheet.owner === owner) this.sheets.delete(id);
  }

  /**
   * @param {number} id
   * @param {any} owner a `style` element, or undefined for a sheet that roots adopt
   * @param {string[]} sources
   * @param {string} media
   * @param {boolean} disabled
   */
  add(id, owner, sources, media, disabled) {
    if (owner !== undefined) this.drop(owner);
    const pieces = sources.map((source) => this.piece(source));
    /** @type {ReplicaSheet} */
    const sheet = { owner, sheet: undefined, pieces, media, disabled };
    this.sheets.set(id, sheet);
    if (owner !== undefined) this.fillOwner(sheet);
  }

  /** @param {string} source @returns {Piece} */
  piece(source) {
    /** @type {Set<number>} */
    const uses = new Set();
    const { css, fonts, assets } = this.parts;
    const isFont = fonts.declares(source);
    const text = rewriteRule(source, { ...css, uses, ...(isFont ? { address: (id) => assets.known(id) } : {}) });
    const piece = { source, text, uses, count: 1 };
    if (isFont) fonts.add(piece);
    return piece;
  }

  /** @param {ReplicaSheet} sheet */
  fillOwner(sheet) {
    const { owner, pieces } = sheet;
    this.parts.fonts.watch(owner.ownerDocument);
    const texts = pieces.map((piece) => piece.text);
    owner.textContent = texts.join("\n");
    sheet.sheet = owner.sheet;
    this.applyState(sheet);
    if (owner.sheet && owner.sheet.cssRules.length !== pieces.length) {
      owner.textContent = "";
      sheet.sheet = owner.sheet;
      this.applyState(sheet);
      for (const piece of pieces) insert(sheet.sheet, piece, sheet.sheet.cssRules.length);
    }
  }

  /** @param {ReplicaSheet} sheet */
  applyState(sheet) {
    const media = rewriteMedia(sheet.media, this.parts.css.environment);
    if (sheet.owner) {
      if (media === "") sheet.owner.removeAttribute("media");
      else sheet.owner.setAttribute("media", media);
      sheet.sheet = sheet.owner.sheet;
    } else if (sheet.sheet) sheet.sheet.media.mediaText = media;
    if (sheet.sheet) sheet.sheet.disabled = sheet.disabled;
  }

  /**
   * @param {number} id
   * @param {string} media
   * @param {boolean} disabled
   */
  state(id, media, disabled) {
    const sheet = this.sheets.get(id);
    if (sheet === undefined) return;
    sheet.media = media;
    sheet.disabled = disabled;
    this.applyState(sheet);
  }

  /**
   * @param {number} id
   * @param {number} start
   * @param {number} removed
   * @param {string[]} sources
   */
  splice(id, start, removed, sources) {
    const sheet = this.sheets.get(id);
    if (sheet === undefined || start > sheet.pieces.length) return;
    const added = sources.map((source) => this.piece(source));
    const gone = sheet.pieces.splice(start, removed, ...added);
    if (!sheet.sheet) return;
    let at = 0;
    for (let index = 0; index < start; index++) at += sheet.pieces[index].count;
    for (const piece of gone) for (let count = piece.count; count > 0; count--) remove(sheet.sheet, at);
    for (const piece of added) at += insert(sheet.sheet, piece, at);
  }

  /**
   * @param {any} root
   * @param {number[]} ids
   */
  adopt(root, ids) {
    this.adopted.set(root, ids);
    const view = (root.nodeType === 9 ? root : root.ownerDocument).defaultView;
    if (!view) return;
    const list = [this.parts.base(root)];
    for (const id of ids) {
      const sheet = this.sheets.get(id);
      if (sheet === undefined || sheet.owner) continue;
      list.push(this.constructed(sheet, view));
    }
    try {
      root.adoptedStyleSheets = list.filter(Boolean);
    } catch {
      root.adoptedStyleSheets = [];
    }
  }

  /**
   * @param {ReplicaSheet} sheet
   * @param {any} view
   */
  constructed(sheet, view) {
    if (sheet.sheet instanceof view.CSSStyleSheet) return sheet.sheet;
    this.parts.fonts.watch(view.document);
    sheet.sheet = new view.CSSStyleSheet();
    sheet.sheet.replaceSync(sheet.pieces.map((piece) => piece.text).join("\n"));
    if (sheet.sheet.cssRules.length !== sheet.pieces.length) {
      sheet.sheet.replaceSync("");
      for (const piece of sheet.pieces) insert(sheet.sheet, piece, sheet.sheet.cssRules.length);
    }
    this.applyState(sheet);
    return sheet.sheet;
  }

  /**
   * Shows assets that have arrived.
   * @param {Set<number>} arrived
   */
  update(arrived) {
    for (const sheet of this.sheets.values()) {
      if (!sheet.sheet || !sheet.pieces.some((piece) => piece.uses.size > 0)) continue;
      this.renew(sheet, (piece) => [...piece.uses].some((id) => arrived.has(id)));
    }
  }

  /** Decides all media features anew. */
  reconsider() {
    for (const sheet of this.sheets.values()) {
      this.applyState(sheet);
      if (sheet.sheet) this.renew(sheet, (piece) => /@media|color-scheme/.test(piece.source));
    }
  }

  /**
   * Fills the sheet of an element that was moved.
   * @param {any} owner
   */
  refill(owner) {
    for (const sheet of this.sheets.values()) if (sheet.owner === owner && sheet.sheet !== owner.sheet) this.fillOwner(sheet);
  }

  /**
   * @param {ReplicaSheet} sheet
   * @param {(piece: Piece) => boolean} isStale
   */
  renew(sheet, isStale) {
    let at = 0;
    for (const [index, piece] of sheet.pieces.entries()) {
      if (isStale(piece)) {
        for (let count = piece.count; count > 0; count--) remove(sheet.sheet, at);
        sheet.pieces[index] = this.piece(piece.source);
        insert(sheet.sheet, sheet.pieces[index], at);
      }
      at += sheet.pieces[index].count;
    }
  }
}

/**
 * @param {any} sheet
 * @param {Piece} piece
 * @param {number} at
 * @returns {number} how many rules there are more
 */
function insert(sheet, piece, at) {
  piece.count = 0;
  try {
    sheet.insertRule(piece.text, at);
    piece.count = 1;
  } catch {
    return 0;
  }
  return 1;
}

/**
 * @param {any} sheet
 * @param {number} at
 */
function remove(sheet, at) {
  try {
    sheet.deleteRule(at);
  } catch {
    return;
  }
}

