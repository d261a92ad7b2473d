import { Op } from "../shared/ops.js";

/**
 * @typedef {{id: number, sheet: any, owner: number, rules: any[], disabled: boolean, media: string}} KnownSheet
 */

/** The page's style sheets as the other side has them, and what is different by now. */
export class Sheets {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    this.next = 1;
    /** @type {Map<any, KnownSheet>} */
    this.known = new Map();
    /** Elements that own a sheet, with the sheet that was sent. @type {Map<any, any>} */
    this.owners = new Map();
    /** @type {Map<any, any[]>} */
    this.adopted = new Map();
    /** Sheets whose rules may have been replaced one by one. @type {Set<any>} */
    this.dirty = new Set();
    /** Rules that are written once more. @type {Set<any>} */
    this.again = new Set();
    /** @type {(event: any) => void} */
    this.onload = (event) => {
      // What it imports may have come since it was sent.
      for (const rule of this.known.get(this.owners.get(event.target))?.rules ?? []) if (rule.type === 3) this.again.add(rule);
    };
    /** Rules whose declarations may be changed at any time. @type {Map<any, {sheet: any, text: string}>} */
    this.touched = new Map();
  }

  clear() {
    this.known.clear();
    this.owners.clear();
    this.dirty.clear();
    this.again.clear();
    for (const root of this.adopted.keys()) this.adopted.set(root, []);
  }

  /** @param {any} root */
  enter(root) {
    this.adopted.set(root, []);
  }

  /** @param {any} root */
  leave(root) {
    this.adopted.delete(root);
  }

  /**
   * @param {any} element a `style` or `link`
   * @param {number} id
   */
  addOwner(element, id) {
    if (id !== 0) this.owners.set(element, undefined);
  }

  /** @param {any} element */
  remove(element) {
    const sheet = this.owners.get(element);
    this.owners.delete(element);
    if (sheet) this.known.delete(sheet);
  }

  /**
   * Writes what is new and what has changed.
   * @param {import("../shared/byte-writer.js").ByteWriter} out
   */
  write(out) {
    const { cssMask } = this.parts;
    cssMask.place = null;
    for (const [{ sheet }, sent] of this.owners) if (sheet && sheet !== sent) cssMask.learn(this.rules(sheet));
    for (const [element, sent] of this.owners) this.writeOwner(out, element, sent);
    for (const [root, sent] of this.adopted) this.writeAdopted(out, root, sent);
    for (const known of this.known.values()) this.writeChanges(out, known);
    this.dirty.clear();
    for (const rule of this.again) this.writeAgain(out, rule);
    this.again.clear();
    this.writeTouched(out);
  }

  /**
   * @param {import("../shared/byte-writer.js").ByteWriter} out
   * @param {any} element
   * @param {any} sent
   */
  writeOwner(out, element, sent) {
    const sheet = element.sheet ?? null;
    if (sheet === (sent ?? null)) return;
    if (sent) this.known.delete(sent);
    this.owners.set(element, sheet);
    const id = this.parts.ids.of(element);
    if (sheet === null) {
      out.byte(Op.dropSheet);
      out.number(id);
      return;
    }
    this.writeSheet(out, sheet, id);
  }

  /**
   * @param {import("../shared/byte-writer.js").ByteWriter} out
   * @param {any} sheet
   * @param {number} owner the owning element's number, 0 for a constructed sheet
   * @returns {KnownSheet}
   */
  writeSheet(out, sheet, owner) {
    const rules = [...this.rules(sheet)];
    const known = { id: this.next++, sheet, owner, rules, disabled: this.isOff(sheet), media: this.parts.cssMask.media(sheet) };
    this.known.set(sheet, known);
    out.byte(Op.sheet);
    out.number(known.id);
    out.number(owner);
    out.byte(known.disabled ? 1 : 0);
    out.word(known.media);
    this.writeRules(out, rules, sheet);
    return known;
  }

  /** @param {any} sheet */
  isOff(sheet) {
    return sheet.title ? this.parts.sets.isOff(sheet) : sheet.disabled;
  }

  /**
   * @param {import("../shared/byte-writer.js").ByteWriter} out
   * @param {any[]} rules
   * @param {any} sheet
   */
  writeRules(out, rules, sheet) {
    out.number(rules.length);
    const base = sheet.href ?? sheet.ownerNode?.baseURI ?? this.parts.platform.window.document.baseURI;
    for (const rule of rules) out.text(this.ruleText(rule, base));
  }

  /**
   * @param {any} sheet
   * @returns {any} its rules
   */
  rules(sheet) {
    try {
      return sheet.cssRules;
    } catch {
      return this.parts.farSheets.rules(sheet);
    }
  }

  /**
   * @param {any} rule
   * @param {string} base
   * @returns {string}
   */
  ruleText(rule, base) {
    if (this.parts.cssMask.isBlind()) return "";
    if (rule.type === 3) return this.importText(rule);
    let text = this.parts.cssMask.text(rule);
    if (/: [ ;]/.test(text)) text = this.parts.lostValues.text(rule, text);
    this.parts.elements.learn(text);
    return this.parts.assets.inText(text, base);
  }

  /**
   * @param {any} rule an `@import`
   * @returns {string} the rules that it stands for
   */
  importText(rule) {
    const sheet = rule.styleSheet;
    let text = sheet === null ? "" : [...this.rules(sheet)].map((inner) => this.ruleText(inner, sheet.href)).join("\n");
    const { cssMask, mask } = this.parts;
    if (mask.hasMarks && cssMask.locate(rule.parentStyleSheet).isMasked) return cssMask.inMedia(rule.media.mediaText, text);
    if (rule.supportsText) text = `@supports ${rule.supportsText} {${text}}`;
    if (rule.media.mediaText !== "") text = `@media ${rule.media.mediaText} {${text}}`;
    return `@layer ${rule.layerName ?? ""} {${text}}`.replace(/^@layer {2}\{/, rule.layerName === "" ? "@layer {" : "@media all {");
  }

  /**
   * @param {import("../shared/byte-writer.js").ByteWriter} out
   * @param {any} root
   * @param {any[]} sent
   */
  writeAdopted(out, root, sent) {
    let now = root.adoptedStyleSheets;
    if (root === this.parts.platform.window.document) now = [...this.parts.madeRules.sheets(), ...now];
    if (now === undefined || (now.length === sent.length && sent.every((sheet, index) => sheet === now[index]))) return;
    const list = [...now];
    this.adopted.set(root, list);
    for (const sheet of list) if (!this.known.has(sheet)) this.parts.cssMask.learn(this.rules(sheet));
    for (const sheet of list) if (!this.known.has(sheet)) this.writeSheet(out, sheet, 0);
    out.byte(Op.adopt);
    out.number(this.parts.ids.of(root));
    out.number(list.length);
    for (const sheet of list) out.number(this.known.get(sheet)?.id ?? 0);
  }

  /**
   * @param {import("../shared/byte-writer.js").ByteWriter} out
   * @param {KnownSheet} known
   */
  writeChanges(out, known) {
    const { sheet } = known;
    const media = this.parts.cssMask.media(sheet);
    const disabled = this.isOff(sheet);
    if (disabled !== known.disabled || media !== known.media) {
      known.disabled = disabled;
      known.media = media;
      out.byte(Op.sheetState);
      out.number(known.id);
      out.byte(known.disabled ? 1 : 0);
      out.word(media);
    }
    const rules = this.rules(sheet);
    const { rules: before } = known;
    const last = before.length - 1;
    const looksSame =
      rules.length === before.length && (last < 0 || (rules[0] === before[0] && rules[last] === before[last]));
    if (!looksSame || this.dirty.has(sheet)) this.writeSplice(out, known, rules);
  }

  /**
   * Writes the one run of rules that is different, if there is one.
   * @param {import("../shared/byte-writer.js").ByteWriter} out
   * @param {KnownSheet} known
   * @param {any} list
   */
  writeSplice(out, known, list) {
    const now = [...list];
    const { rules: before } = known;
    let start = 0;
    while (start < now.length && start < before.length && now[start] === before[start]) start++;
    let end = 0;
    const most = Math.min(now.length, before.length) - start;
    while (end < most && now[now.length - 1 - end] === before[before.length - 1 - end]) end++;
    known.rules = now;
    if (start === now.length && start === before.length) return;
    this.splice(out, known, start, before.length - start - end, now.slice(start, now.length - end));
  }

  /**
   * @param {import("../shared/byte-writer.js").ByteWriter} out
   * @param {KnownSheet} known
   * @param {number} start
   * @param {number} removed
   * @param {any[]} added
   */
  splice(out, known, start, removed, added) {
    out.byte(Op.rules);
    out.number(known.id);
    out.number(start);
    out.number(removed);
    this.writeRules(out, added, known.sheet);
  }

  /**
   * Notes that a rule's declarations were looked at: they may be changed from now on.
   * @param {any} rule
   */
  touch(rule) {
    let top = rule;
    while (top.parentRule) top = top.parentRule;
    const sheet = top.parentStyleSheet;
    if (sheet === null || this.touched.has(top)) return;
    this.touched.set(top, { sheet, text: top.cssText });
    if (this.touched.size > 2000) this.touched.delete(this.touched.keys().next().value);
  }

  /** @param {import("../shared/byte-writer.js").ByteWriter} out */
  writeTouched(out) {
    for (const [rule, state] of this.touched) {
      const known = this.known.get(state.sheet);
      if (rule.parentStyleSheet === null || known === undefined) {
        this.touched.delete(rule);
        continue;
      }
      const text = rule.cssText;
      if (text === state.text) continue;
      state.text = text;
      this.writeAgain(out, rule);
    }
  }

  /**
   * @param {import("../shared/byte-writer.js").ByteWriter} out
   * @param {any} rule that is written once more
   */
  writeAgain(out, rule) {
    const known = this.known.get(this.parts.farSheets.original(rule.parentStyleSheet));
    const index = known === undefined ? -1 : known.rules.indexOf(rule);
    if (known && index >= 0) this.splice(out, known, index, 1, [rule]);
  }
}
