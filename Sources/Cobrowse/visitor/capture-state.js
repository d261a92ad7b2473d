import { Environment, Op } from "../shared/ops.js";

/** What the page is shown in: size, media features, title and address. */
export class PageEnvironment {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    this.sentEnvironment = "";
    this.sentPage = "";
    /** Whether scroll bars take no room here; known once the page is too long for its window. */
    this.isOverlay = false;
    /** When the window is measured although the page is changing. */
    this.due = 0;
    /**
     * Whether it is time for what needs the page to be laid out: what has just changed is sent before that, so that both
     * sides lay it out at once.
     */
    this.isTime = true;
    this.media = queries.map((query) => parts.platform.window.matchMedia(query));
  }

  clear() {
    this.due = 0;
    this.sentEnvironment = "";
    this.sentPage = "";
  }

  /** @param {import("../shared/byte-writer.js").ByteWriter} out */
  write(out) {
    const { changes, platform: { window } } = this.parts;
    const now = performance.now();
    this.isTime = changes.size === 0 || now > this.due;
    if (this.isTime) {
      this.due = now + 200;
      this.writeEnvironment(out, window);
    }
    this.writePage(out, window);
  }

  /**
   * @param {import("../shared/byte-writer.js").ByteWriter} out
   * @param {any} window
   */
  writeEnvironment(out, window) {
    const { document } = window;
    const { documentElement: root, scrollingElement: box } = document;
    const { innerWidth, innerHeight, devicePixelRatio } = window;
    const bar = Math.max(0, innerWidth - (root?.clientWidth ?? innerWidth));
    if (bar > 0) this.isOverlay = false;
    else if (!this.isOverlay && box?.scrollHeight > box?.clientHeight) this.isOverlay = isScrollable(window, root) && isScrollable(window, box);
    let bits = this.isOverlay ? Environment.overlayScrollbars : 0;
    for (let index = 0; index < queries.length; index++) if (this.media[index].matches) bits |= 1 << index;
    const environment = [innerWidth, innerHeight, devicePixelRatio, bits, bar];
    const scheme = document.querySelector("meta[name='color-scheme' i]")?.content ?? "";
    if (`${environment} ${scheme}` !== this.sentEnvironment) {
      this.sentEnvironment = `${environment} ${scheme}`;
      out.byte(Op.environment);
      out.number(innerWidth);
      out.number(innerHeight);
      out.decimal(devicePixelRatio);
      out.number(bits);
      out.text(/^[a-z ]{0,40}$/i.test(scheme) ? scheme : "");
    }
  }

  /**
   * @param {import("../shared/byte-writer.js").ByteWriter} out
   * @param {any} window
   */
  writePage(out, window) {
    const { document, location } = window;
    const { secrets, writer, mask } = this.parts;
    const masked = mask.isWithin(document.querySelector("head > title"));
    const address = secrets.hide(location.origin === "null" ? location.protocol : location.origin + location.pathname);
    const shown = writer.shownText(document.title, masked);
    const language = document.documentElement?.lang ?? "";
    if (`${address} ${shown} ${language}` === this.sentPage) return;
    this.sentPage = `${address} ${shown} ${language}`;
    out.byte(Op.page);
    out.text(address);
    out.text(shown);
  }
}

/** Media queries in the order of their bits in `Environment`. */
const queries = [
  "(prefers-color-scheme: dark)", "(prefers-reduced-motion: reduce)", "(prefers-contrast: more)", "(forced-colors: active)",
  "(hover: hover)", "(pointer: fine)", "print", "(prefers-reduced-transparency: reduce)", "(pointer: coarse)",
];

/** @param {any} window @param {any} element @returns {boolean} whether its style leaves it a scroll bar */
function isScrollable(window, element) {
  const { overflowY, scrollbarWidth } = window.getComputedStyle(element);
  return !/hidden|clip/.test(overflowY) && scrollbarWidth !== "none";
}
