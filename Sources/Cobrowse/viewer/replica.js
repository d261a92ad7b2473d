import { ByteReader, FormatError } from "../shared/byte-reader.js";
import { Kind } from "../shared/kinds.js";
import { Environment, version } from "../shared/ops.js";
import { PartJoiner } from "../shared/part-joiner.js";
import { ReplicaAnimations } from "./replica-animations.js";
import { ReplicaAssets } from "./replica-assets.js";
import { baseRules, lightRules, overlayRules } from "./replica-base.js";
import { Commands } from "./replica-commands.js";
import { openDocument, makeCanvasOpaque, wantedDocument } from "./replica-documents.js";
import { ReplicaElements } from "./replica-elements.js";
import { ReplicaFonts } from "./replica-fonts.js";
import { ReplicaNodes } from "./replica-nodes.js";
import { ReplicaHighlights } from "./replica-highlights.js";
import { apply, findMode } from "./replica-ops.js";
import { Pictures } from "./replica-pictures.js";
import { ReplicaSheets } from "./replica-sheets.js";
import { ReplicaState } from "./replica-state.js";
import { TreeBuilder } from "./replica-tree.js";
import { Uses } from "./replica-uses.js";

const largest = 64 * 1024 * 1024;
const resyncPause = 1200;

/** @typedef {Replica} ReplicaParts */
/**
 * @typedef {{frame: HTMLIFrameElement, send(kind: number, bytes: Uint8Array): void, assets: "visitor" | "proxy" | "none",
 *            documents?: {standards: string, limited: string, quirks: string},
 *            onevent(name: string, detail: any): void}} ReplicaOptions
 */

/** The visitor's page, built again in a frame that runs no script. */
class Replica {
  /** @param {ReplicaOptions} options */
  constructor(options) {
    this.options = options;
    /** @type {import("./replica-css.js").CSSContext} */
    this.css = {
      environment: { features: 0, dark: false, ratio: 1, scheme: "" },
      address: (id) => this.assets.address(id),
    };
    this.nodes = new ReplicaNodes();
    this.assets = new ReplicaAssets(this);
    this.elements = new ReplicaElements(this);
    this.pictures = new Pictures(this);
    this.uses = new Uses(this);
    this.fonts = new ReplicaFonts(this);
    this.sheets = new ReplicaSheets(this);
    this.animations = new ReplicaAnimations(this);
    this.highlights = new ReplicaHighlights(this);
    this.state = new ReplicaState(this);
    this.tree = new TreeBuilder(this);
    this.commands = new Commands(this);
    /** Elements whose own style shows an asset. @type {Map<any, {value: string, uses: Set<number>}>} */
    this.styled = new Map();
    this.snapshots = new PartJoiner(largest);
    this.batches = new PartJoiner(largest);
    /** @type {[kind: number, payload: Uint8Array][]} */
    this.waiting = [];
    /** @type {Set<number>} */
    this.arrivals = new Set();
    this.arrivalTimer = 0;
    this.isLoading = false;
    this.epoch = -1;
    this.sequence = 0;
    this.lastResync = 0;
    this.resyncTimer = 0;
    /** @type {(() => void)[]} */
    this.steps = [];
    this.isTold = true;
    this.stopped = false;
    this.page = { url: "", title: "", width: 0, height: 0, scrollX: 0, scrollY: 0, devicePixelRatio: 1 };
    /** Frames of other origins, each a page of its own. @type {Map<any, Replica>} */
    this.inners = new Map();
    /** @type {WeakMap<any, any>} */
    this.bases = new WeakMap();
    options.frame.inert = true;
  }

  /** @returns {any} the document that the page is built in */
  get document() {
    return this.options.frame.contentDocument;
  }

  /**
   * @param {number} kind
   * @param {Uint8Array} bytes
   */
  receive(kind, bytes) {
    if (this.stopped) return;
    try {
      if (kind === Kind.snapshot) this.take(kind, this.snapshots.add(bytes));
      else if (kind === Kind.changes) this.take(kind, this.batches.add(bytes));
      else if (kind === Kind.volatile) this.take(kind, bytes);
      else if (kind === Kind.asset) {
        this.assets.receive(bytes);
        for (const inner of this.inners.values()) inner.receive(kind, bytes);
      } else if (kind === Kind.publicAsset) {
        this.assets.receivePublic(bytes);
        for (const inner of this.inners.values()) inner.receive(kind, bytes);
      }
      else if (kind === Kind.note) this.options.onevent("note", bytes);
    } catch (error) {
      this.failed(error);
    }
  }

  /**
   * @param {number} kind
   * @param {Uint8Array | undefined} payload
   */
  take(kind, payload) {
    if (payload === undefined) return;
    if (kind === Kind.snapshot) this.waiting = [];
    if (this.isLoading || this.waiting.length > 0) {
      if (kind !== Kind.volatile) this.waiting.push([kind, payload]);
      return;
    }
    if (kind === Kind.snapshot && this.loads(payload)) this.waiting.push([kind, payload]);
    else this.apply(kind, payload);
  }

  /**
   * @param {Uint8Array} payload
   * @returns {boolean} whether another document must be loaded into the frame first
   */
  loads(payload) {
    const { frame, documents } = this.options;
    const address = wantedDocument(this.document, findMode(new ByteReader(payload)), documents);
    if (address === undefined) return false;
    this.isLoading = true;
    frame.addEventListener("load", () => this.loaded(), { once: true });
    frame.src = address;
    return true;
  }

  loaded() {
    this.isLoading = false;
    const waiting = this.waiting;
    this.waiting = [];
    try {
      for (const [kind, payload] of waiting) this.apply(kind, payload);
    } catch (error) {
      this.failed(error);
    }
  }

  /**
   * @param {number} kind
   * @param {Uint8Array} payload
   */
  apply(kind, payload) {
    const reader = new ByteReader(payload);
    if (reader.byte() !== version) throw new FormatError("unknown version");
    const epoch = reader.number();
    const sequence = reader.number();
    if (kind !== Kind.volatile) reader.takeTexts();
    if (kind === Kind.snapshot) this.epoch = epoch;
    else if (epoch !== this.epoch) return;
    if (kind === Kind.changes && sequence !== this.sequence + 1) {
      if (sequence > this.sequence) this.resync();
      return;
    }
    if (kind !== Kind.volatile) this.sequence = sequence;
    apply(this, reader, kind);
    if (kind === Kind.volatile) {
      this.tell();
      this.settle();
      return;
    }
    this.tree.fillFrames();
    for (const step of this.steps.splice(0)) step();
    this.tell();
    this.renew();
    this.settle();
    this.state.selectList.settle();
    makeCanvasOpaque(this.options.frame);
    this.fonts.settle();
    this.assets.ask();
    if (kind === Kind.snapshot) {
      this.assets.count();
      this.options.onevent("ready", {});
    } else if (this.assets.areTooMany) {
      this.assets.count();
      this.resync();
    }
  }

  settle() {
    this.state.settle();
    this.highlights.settle();
  }

  renew() {
    for (const sheet of this.sheets.sheets.values()) {
      if (sheet.owner && sheet.owner.isConnected && sheet.owner.sheet !== sheet.sheet) this.sheets.refill(sheet.owner);
    }
  }

  /** @param {HTMLIFrameElement} frame @returns {Replica} */
  inner(frame) {
    let inner = this.inners.get(frame);
    if (inner === undefined) {
      const { send, assets } = this.options;
      inner = new Replica({
        frame, assets, onevent() {},
        send: (kind, bytes) => (kind === Kind.resync ? this.resync() : send(kind, bytes)),
      });
      this.inners.set(frame, inner);
    }
    return inner;
  }

  clear() {
    for (const inner of this.inners.values()) inner.stop();
    this.inners.clear();
    this.nodes.clear();
    this.fonts.clear();
    this.sheets.clear();
    this.state.clear();
    this.highlights.clear();
    this.pictures.clear();
    this.assets.clear();
    this.styled.clear();
  }

  /** @param {number} mode */
  reset(mode) {
    this.clear();
    this.tree.frames = [];
    openDocument(this.document, mode, this.options.documents !== undefined);
    this.sheets.adopt(this.document, []);
  }

  /**
   * @param {any} document
   * @param {number} mode
   */
  openDocument(document, mode) {
    openDocument(document, mode, false);
  }

  /**
   * @param {any} root
   * @returns {any} the sheet of what a browser shows by itself for states that are marked here
   */
  base(root) {
    const document = root.nodeType === 9 ? root : root.ownerDocument;
    const view = document.defaultView;
    if (!view) return undefined;
    let sheet = this.bases.get(document);
    if (!(sheet instanceof view.CSSStyleSheet)) {
      sheet = new view.CSSStyleSheet();
      this.fillBase(sheet);
      this.bases.set(document, sheet);
    }
    return sheet;
  }

  /** @param {any} sheet one of `base` */
  fillBase(sheet) {
    const { dark, features } = this.css.environment;
    sheet.replaceSync(baseRules + (dark ? "" : lightRules) + (features & Environment.overlayScrollbars ? overlayRules : ""));
  }

  /** @param {any} node that is gone */
  drop(node) {
    this.inners.get(node)?.stop();
    this.inners.delete(node);
    this.pictures.remove(node);
    this.styled.delete(node);
    this.state.drop(node);
    if (node.localName === "style") this.sheets.drop(node);
    this.sheets.adopted.delete(node);
  }

  /** @param {() => void} step that needs documents to be in place */
  later(step) {
    this.steps.push(step);
  }

  /**
   * Tells of the page.
   * @param {Record<string, string | number>} what
   */
  told(what) {
    Object.assign(this.page, what);
    this.isTold = false;
  }

  tell() {
    if (this.isTold) return;
    this.isTold = true;
    this.options.onevent("page", { ...this.page });
  }

  /** Sets the colour scheme that a `meta` element of the page names. */
  scheme() {
    const { scheme, dark } = this.css.environment;
    const names = scheme.toLowerCase().split(/\s+/);
    const both = names.includes("light") && names.includes("dark");
    const value = both ? (dark ? "dark" : "light") : names.includes("dark") ? "dark" : "";
    if (value !== "" && this.document.documentElement) this.document.documentElement.style.colorScheme ||= value;
  }

  /** @param {number} id of an asset that is there now */
  arrived(id) {
    this.arrivals.add(id);
    if (this.arrivalTimer === 0) this.arrivalTimer = window.setTimeout(() => this.showArrivals(), 8);
  }

  showArrivals() {
    this.arrivalTimer = 0;
    const arrived = this.arrivals;
    this.arrivals = new Set();
    if (this.stopped) return;
    this.pictures.update(arrived);
    this.sheets.update(arrived);
    for (const [element, { value, uses }] of this.styled) {
      if ([...uses].some((id) => arrived.has(id))) this.elements.setStyle(element, value);
    }
    this.assets.ask();
    this.settle();
  }

  /** @param {unknown} error */
  failed(error) {
    this.options.onevent("stalled", { reason: error instanceof Error ? error.message : "unknown" });
    this.epoch = -1;
    this.resync();
  }

  /** Asks for a new snapshot, not too often. */
  resync() {
    if (this.resyncTimer !== 0) return;
    const wait = Math.max(0, this.lastResync + resyncPause - Date.now());
    this.resyncTimer = window.setTimeout(() => {
      this.resyncTimer = 0;
      this.lastResync = Date.now();
      if (!this.stopped) this.options.send(Kind.resync, new Uint8Array());
    }, wait);
  }

  stop() {
    this.stopped = true;
    window.clearTimeout(this.resyncTimer);
    window.clearTimeout(this.arrivalTimer);
    this.clear();
  }
}

/**
 * Makes the replica in a frame.
 * @param {ReplicaOptions} options
 */
export function createReplica(options) {
  const replica = new Replica(options);
  return {
    /** @param {number} kind @param {Uint8Array} bytes */
    receive: (kind, bytes) => replica.receive(kind, bytes),
    stop: () => replica.stop(),
    ...replica.commands.interface(),
  };
}
