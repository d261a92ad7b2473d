import { ByteWriter } from "../shared/byte-writer.js";
import { Kind } from "../shared/kinds.js";
import { Op, version } from "../shared/ops.js";
import { sendInParts } from "../shared/parts.js";
import { AssetAnswers } from "./capture-asset-answers.js";
import { Assets } from "./capture-assets.js";
import { Changes } from "./capture-changes.js";
import { Elements } from "./capture-elements.js";
import { Forms } from "./capture-forms.js";
import { Frames } from "./capture-frames.js";
import { NodeIds } from "./capture-ids.js";
import { Images } from "./capture-images.js";
import { standIn } from "./capture-late.js";
import { Patches } from "./capture-patches.js";
import { takePlatform } from "./capture-platform.js";
import { Pointer } from "./capture-pointer.js";
import { Roots } from "./capture-roots.js";
import { Scrolls } from "./capture-scroll.js";
import { Sheets } from "./capture-sheets.js";
import { PageEnvironment } from "./capture-state.js";
import { Secrets } from "./mask-secrets.js";
import { Mask } from "./mask.js";
import { TreeWriter } from "./snapshot.js";

/** Milliseconds between looks at what the platform tells nobody of. */
const lookInterval = 50;
const retryInterval = 30;
/** With more changes than this waiting, a new snapshot is the smaller thing. */
const mostChanges = 60_000;

/** @typedef {Capture} CaptureParts */
/** @typedef {import("./mask.js").MaskPolicy} MaskPolicy */
/**
 * @typedef {{window: Window, mask: MaskPolicy, send(kind: number, bytes: Uint8Array): void, ready(): boolean,
 *            onevent?(name: string, detail: any): void, frames?: string[], firstAsset?: number}} CaptureOptions
 *   frames: exact origins of frames that may have the script in them and are shown then
 */

/** Follows a page and sends what it shows. */
class Capture {
  // Parts whose modules come when they are needed.
  /** @type {any} */ animations;
  /** @type {any} */ boxes;
  /** @type {any} */ commands;
  /** @type {any} */ cssMask;
  /** @type {any} */ farFrames;
  /** @type {any} */ farSheets;
  /** @type {any} */ geometry;
  /** @type {any} */ highlights;
  /** @type {any} */ lostValues;
  /** @type {any} */ madeRules;
  /** @type {any} */ sets;
  /** @type {any} */ slots;
  /** @type {any} */ stills;

  /** @param {CaptureOptions} options */
  constructor(options) {
    this.options = options;
    this.platform = takePlatform(options.window);
    this.report = options.onevent ?? (() => {});
    this.schedule = () => this.plan();
    /** @type {(event: any) => void} */
    this.onmessage = (event) => this.farFrames.heard(event);
    this.later = (/** @type {() => void} */ step) => this.steps.push(step);
    /** @type {(() => void)[]} */
    this.steps = [];
    this.out = new ByteWriter(64);
    this.ids = new NodeIds();
    this.secrets = new Secrets();
    this.mask = new Mask(this.platform, this.secrets, options.mask, (message) => this.report("mask", { message }));
    /** @type {Set<any>} */
    this.placed = new Set();
    standIn(this);
    this.assets = new Assets(this);
    this.sheets = new Sheets(this);
    this.forms = new Forms(this);
    this.images = new Images(this);
    this.frames = new Frames(this);
    this.elements = new Elements(this);
    this.scrolls = new Scrolls(this);
    this.pointer = new Pointer(this);
    this.environment = new PageEnvironment(this);
    this.changes = new Changes(this);
    this.writer = new TreeWriter(this);
    this.roots = new Roots(this, (records) => this.observed(records));
    this.patches = new Patches(this);
    this.answers = new AssetAnswers(this);
    // Always a number of five bytes, so that sizes can be compared.
    this.epoch = 2 ** 29 + Math.floor(Math.random() * 2 ** 29);
    this.sequence = 0;
    this.running = false;
    this.wantsSnapshot = false;
    this.frame = 0;
    this.timer = 0;
    this.looker = 0;
    this.listen();
  }

  listen() {
    const { roots, pointer, schedule } = this;
    roots.on("scroll", this.scrolls.onscroll, true);
    for (const { onload } of [this.images, this.frames, this.sheets]) roots.on("load", onload, true);
    roots.on("error", this.images.onload, true);
    for (const type of ["input", "change", "reset", "toggle", "invalid", "slotchange"]) roots.on(type, schedule, true);
    for (const type of ["keyup", "click", "focusin", "focusout", "selectionchange", "fullscreenchange"]) roots.on(type, schedule);
    for (const type of ["move", "over", "down", "up", "cancel", "out"]) roots.on(`pointer${type}`, pointer.onpointer);
  }

  start() {
    if (this.running) return;
    this.running = true;
    this.roots.add(this.platform.window.document);
    this.hear(this.platform.listen);
    this.resync();
    this.look();
  }

  /** @param {(object: any, ...rest: any[]) => void} listen  or no longer */
  hear(listen) {
    listen(this.platform.window, "resize", this.schedule);
    listen(this.platform.window, "message", this.onmessage);
  }

  stop() {
    if (!this.running) return;
    this.running = false;
    this.commands.stop();
    this.roots.stop();
    this.hear(this.platform.unlisten);
    this.cancel();
    this.platform.cancelLater(this.looker);
    this.clear();
  }

  /** Sends a new snapshot as soon as the link takes it. */
  resync() {
    this.wantsSnapshot = true;
    this.flush();
  }

  /** Sends a new snapshot with the next frame: what is shown has to be taken back. */
  takeBack() {
    this.wantsSnapshot = true;
    this.plan();
  }

  /** @param {MaskPolicy} policy */
  setMask(policy) {
    this.mask.setPolicy(policy, (message) => this.report("mask", { message }));
    if (this.running) this.resync();
  }

  /** @param {MutationRecord[]} records */
  observed(records) {
    this.changes.note(records);
    this.plan();
  }

  /** Flushes with the next animation frame. */
  plan() {
    if (this.frame !== 0 || this.timer !== 0 || !this.running) return;
    if (this.platform.window.document.hidden) this.retry(100);
    else this.frame = this.platform.frame(() => this.flush());
  }

  /** @param {number} delay */
  retry(delay) {
    if (this.timer === 0) this.timer = this.platform.later(() => this.flush(), delay);
  }

  /** Looks at what changes without any event. */
  look() {
    if (!this.running) return;
    this.looker = this.platform.later(() => this.look(), lookInterval);
    if (this.frame === 0 && this.timer === 0) this.flush();
  }

  /** Takes back the flush that is planned. */
  cancel() {
    this.platform.cancelFrame(this.frame);
    this.platform.cancelLater(this.timer);
    this.frame = 0;
    this.timer = 0;
  }

  flush() {
    this.cancel();
    if (!this.running) return;
    const records = this.roots.observer.takeRecords();
    if (records.length > 0) this.changes.note(records);
    if (this.changes.size > mostChanges) this.wantsSnapshot = true;
    if (this.wantsSnapshot) this.changes.clear();
    if (!this.options.ready() || this.cssMask.isHolding) this.retry(retryInterval);
    else {
      if (this.wantsSnapshot) this.sendSnapshot();
      else this.sendChanges();
      this.sendVolatile();
      this.stills.work();
    }
    this.afterwards();
  }

  afterwards() {
    const steps = this.steps;
    this.steps = [];
    for (const step of steps) step();
    if (steps.length > 0) this.plan();
  }

  clear() {
    for (const root of [...this.roots.roots]) this.roots.leave(root);
    this.changes.clear();
    this.ids.clear();
    this.mask.clear();
    this.writer.clear();
    for (const part of this.withState()) part.clear();
  }

  withState() {
    return [
      this.assets, this.sheets, this.cssMask, this.forms, this.images, this.stills, this.highlights, this.animations,
      this.madeRules, this.lostValues, this.farFrames, this.frames, this.slots, this.elements, this.boxes,
      this.scrolls, this.pointer, this.environment,
    ];
  }

  sendSnapshot() {
    this.wantsSnapshot = false;
    const { document } = this.platform.window;
    if (this.isHeld(this.mask.everything || this.platform.all(document, this.mask.maskSelector).length > 0)) return;
    this.forms.learn();
    const known = this.secrets.count;
    this.clear();
    this.ids.isWhole = true;
    this.epoch++;
    this.sequence = 0;
    const out = new ByteWriter(256 * 1024);
    this.writer.begin(out);
    this.environment.write(out);
    out.byte(Op.document);
    out.number(this.ids.next);
    this.writer.content(document, this.mask.everything);
    this.scrolls.unsettled.add(document);
    // Asked of all elements, so after the snapshot has left.
    this.later(() => this.scrolls.find(this.ids.all()));
    this.writeRest(out);
    // A secret that was found in a shadow root or a frame may stand in what was written before it.
    if (this.secrets.count !== known) this.sendSnapshot();
    else this.sendPage(Kind.snapshot, out);
  }

  /**
   * @param {boolean} isMarked
   * @returns {boolean} whether nothing is sent now: what hides the rules of marked elements is not there yet
   */
  isHeld(isMarked) {
    if (!this.cssMask.holds(isMarked)) return false;
    this.wantsSnapshot = true;
    return true;
  }

  sendChanges() {
    this.frames.check();
    this.forms.learn();
    if (this.mask.refresh(this)) {
      this.changes.clear();
      this.sendSnapshot();
      return;
    }
    const out = new ByteWriter();
    this.writer.begin(out);
    this.environment.write(out);
    this.changes.write(out);
    this.writeRest(out);
    if (out.length === 0) return;
    this.sequence++;
    this.sendPage(Kind.changes, out);
  }

  /**
   * @param {number} kind
   * @param {ByteWriter} steps
   */
  sendPage(kind, steps) {
    if (this.isHeld(this.mask.hasMarks)) return;
    const out = new ByteWriter(steps.length + 64);
    this.header(out);
    out.page(steps);
    sendInParts(this.options.send, kind, out.finish());
  }

  /** @param {ByteWriter} out */
  header(out) {
    out.byte(version);
    out.number(this.epoch);
    out.number(this.sequence);
  }

  /**
   * Writes what is known only once the nodes are written.
   * @param {ByteWriter} out
   */
  writeRest(out) {
    this.sheets.write(out);
    this.cssMask.write(out);
    this.forms.write(out);
    this.images.write(out);
    this.slots.write(out);
    this.elements.write(out);
    this.boxes.write(out);
    this.stills.write(out);
    this.pointer.writeFocus(out);
    this.highlights.write(out);
    this.animations.write(out);
    this.farFrames.write(out);
    if (this.scrolls.moved.size === 0) this.scrolls.writeSettled(out);
    if (!this.pointer.hasMoved) this.pointer.writeSettled(out);
    this.assets.write(out);
  }

  sendVolatile() {
    if (this.scrolls.moved.size === 0 && !this.pointer.hasMoved) return;
    const out = new ByteWriter(64);
    this.header(out);
    const start = out.length;
    this.scrolls.writeVolatile(out);
    this.pointer.writeVolatile(out);
    if (out.length > start) this.options.send(Kind.volatile, out.finish());
  }

  /**
   * @param {number} kind
   * @param {Uint8Array} bytes
   */
  receive(kind, bytes) {
    if (!this.running) return;
    if (kind === Kind.resync || kind === Kind.serverResync) this.resync();
    else if (kind === Kind.assetRequest) this.answers.request(bytes);
    else this.commands.receive(kind, bytes);
  }

  /** @param {any} element that the other side no longer has */
  drop(element) {
    for (const part of [this.forms, this.images, this.stills, this.animations, this.sheets, this.slots, this.elements]) part.remove(element);
    if (this.frames.documents.has(element)) this.frames.remove(element);
  }
}

/**
 * Makes the capture of a window. Nothing is done to the page before `start`.
 * @param {CaptureOptions} options
 */
export function createCapture(options) {
  const capture = new Capture(options);
  return {
    start: () => capture.start(),
    stop: () => capture.stop(),
    resync: () => capture.resync(),
    /** @param {MaskPolicy} policy */
    setMask: (policy) => capture.setMask(policy),
    /** @param {number} kind @param {Uint8Array} bytes */
    receive: (kind, bytes) => capture.receive(kind, bytes),
    /** @param {{annotate?: boolean, scroll?: boolean, navigate?: boolean, assist?: boolean}} rights */
    allow: (rights) => capture.commands.allow(rights),
  };
}

