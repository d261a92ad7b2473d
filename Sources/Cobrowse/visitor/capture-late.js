import { isScripted } from "./capture-scripted.js";
import { fetchLate } from "./late.js";

/** After so many tries a page with masks is shown without its style sheets. */
const triesHeld = 3;
/** What an agent asked for longer ago than this is no longer done. */
const freshMilliseconds = 2000;
const mostWaiting = 200;

/** Stands for a part of the capture until its module is there, and notes for which elements it is needed. */
class Late {
  /**
   * @param {any} parts
   * @param {string} place  the name of the part
   * @param {string} file
   * @param {string} name  of the class in it
   */
  constructor(parts, place, file, name) {
    this.parts = parts;
    this.load = () => fetchLate(file, parts.platform.later, (tries) => this.failed(tries)).then((module) => {
      const part = new module[name](parts);
      parts[place] = part;
      this.give(part);
      parts.schedule();
    }, parts.schedule);
    /** @type {Map<any, any>} */
    this.noted = new Map();
    this.isAsked = false;
  }

  /** The module is fetched, once. */
  need() {
    if (this.isAsked) return;
    this.isAsked = true;
    void this.load();
  }

  /** @param {any} element @param {any} [more] */
  add(element, more) {
    this.noted.set(element, more);
    this.need();
  }

  /** @param {any} element */
  remove(element) {
    this.noted.delete(element);
  }

  clear() {
    this.noted.clear();
  }

  /** Looks whether the part is needed by now. */
  write() {
    if (this.isNeeded()) this.need();
  }

  isNeeded() {
    return false;
  }

  /** @param {any} part  what has been noted is its own from now on */
  give(part) {
    for (const [element, more] of this.noted) part.add(element, more);
  }

  /** @param {number} _tries */
  failed(_tries) {}
}

/**
 * Puts stand-ins in place of the parts that most pages do not need.
 * @param {any} parts  a capture
 */
export function standIn(parts) {
  const { mask, platform } = parts;
  const { window } = platform;
  /** @param {string} place @param {string} file @param {string} name @param {object & ThisType<any>} own */
  const put = (place, file, name, own) => (parts[place] = Object.assign(new Late(parts, place, file, name), own));
  const documents = () => [...parts.roots.roots].filter((root) => root.nodeType === 9 && root.defaultView);

  put("stills", "capture-stills", "Stills", {
    /** @param {any} element @param {boolean} masked */
    add(element, masked) {
      if (masked) parts.boxes.add(element);
      else Late.prototype.add.call(this, element, masked);
    },
    work() {},
  });
  put("geometry", "capture-geometry", "Geometry", {});
  put("sets", "capture-sets", "SheetSets", {
    /** @param {any} sheet */
    isOff(sheet) {
      this.need();
      return sheet.disabled;
    },
  });
  put("lostValues", "capture-lost-values", "LostValues", {
    /** @param {any} rule @param {string} text @returns {string} */
    text(rule, text) {
      this.add(rule.parentStyleSheet);
      return text;
    },
  });
  put("boxes", "mask-boxes", "Boxes", {});
  put("slots", "capture-slots", "Slots", {});
  put("animations", "capture-animations", "Animations", {
    isNeeded: () => parts.environment.isTime && documents().some((root) => root.getAnimations().some(isScripted)),
  });
  put("highlights", "capture-highlights", "Highlights", {
    isNeeded: () => documents().some((root) => root.defaultView.CSS?.highlights?.size > 0 || root.getSelection()?.isCollapsed === false)
      || isSelected(parts.pointer.focusedElement()),
  });
  /** @type {any[][]} */
  const told = [];
  put("madeRules", "capture-made-rules", "MadeRules", {
    isLooked: false,
    /** @param {...any} made */
    learn(...made) {
      told.push(made);
      this.need();
    },
    sheets() {
      if (!this.isLooked) parts.later(() => (window.document.fonts.size > 0 || hasProperties(window.document.head)) && this.need());
      this.isLooked = true;
      return [];
    },
    /** @param {any} part */
    give: (part) => told.forEach((made) => part.learn(...made)),
  });
  put("farSheets", "capture-far-sheets", "FarSheets", {
    /** @param {any} sheet */
    original: (sheet) => sheet,
    rules() {
      this.need();
      return [];
    },
  });
  const hasFar = parts.options.frames?.length > 0;
  put("farFrames", "capture-far-frames", "FarFrames", {
    /** @param {any} frame */
    add(frame) {
      if (hasFar) Late.prototype.add.call(this, frame);
    },
    heard() {},
    /** @param {number} asset */
    request: (asset) => asset >= 1_000_000,
  });
  put("cssMask", "mask-css", "MaskCSS", {
    place: null,
    tries: 0,
    isHolding: false,
    /** @returns {boolean} whether nothing of the style sheets may leave, since it is not known what of them tells something */
    isBlind: () => mask.hasMarks,
    /** @param {any} rule */
    text: (rule) => rule.cssText,
    /** @param {any} sheet */
    media: (sheet) => (mask.hasMarks ? "" : sheet.media.mediaText),
    learn() {},
    /** @param {boolean} isNeeded @returns {boolean} whether the page has to wait for the module */
    holds(isNeeded) {
      if (isNeeded) this.need();
      this.isHolding = isNeeded && this.tries < triesHeld;
      return this.isHolding;
    },
    /** @param {number} tries */
    failed(tries) {
      this.tries = tries;
      this.isHolding &&= tries < triesHeld;
    },
    give: () => parts.takeBack(),
  });
  /** @type {[at: number, kind: number, bytes: Uint8Array][]} */
  let waiting = [];
  /** @type {Record<string, boolean | undefined>} */
  let allowed = {};
  put("commands", "capture-commands", "VisitorCommands", {
    /** @param {Record<string, boolean | undefined>} rights */
    allow(rights) {
      allowed = rights;
      if (!Object.values(rights).includes(true)) waiting = [];
    },
    /** @param {number} kind @param {Uint8Array} bytes */
    receive(kind, bytes) {
      if (!Object.values(allowed).includes(true)) return;
      if (waiting.length < mostWaiting) waiting.push([performance.now(), kind, bytes]);
      this.need();
    },
    stop() {
      this.allow({});
    },
    /** @param {any} part */
    give(part) {
      part.allow(allowed);
      for (const [at, kind, bytes] of waiting) if (performance.now() - at < freshMilliseconds) part.receive(kind, bytes);
    },
  });
}

/** @param {any} field @returns {boolean} whether something in it is selected */
function isSelected(field) {
  if (!/^(input|textarea)$/.test(field?.localName)) return false;
  return field.selectionStart === null ? String(field.ownerDocument.getSelection()) !== "" : field.selectionEnd > field.selectionStart;
}

/** @param {any} head @returns {boolean} whether there are custom properties, some of which may be registered */
function hasProperties(head) {
  for (const [name] of head?.computedStyleMap?.() ?? []) if (name.startsWith("--")) return true;
  return false;
}
