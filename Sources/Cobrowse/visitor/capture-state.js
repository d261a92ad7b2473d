import { Environment, Op } from "../shared/ops.js";

/** What the page is shown in: size, media features, title and address. */
export class Surroundings {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    this.sentEnvironment = "";
    this.sentPage = "";
  }

  clear() {
    this.sentEnvironment = "";
    this.sentPage = "";
  }

  /** @param {import("../shared/byte-writer.js").ByteWriter} out */
  write(out) {
    const { window } = this.parts.platform;
    const { document } = window;
    const bar = Math.max(0, window.innerWidth - document.documentElement.clientWidth);
    const environment = [window.innerWidth, window.innerHeight, window.devicePixelRatio, features(window), bar];
    const scheme = document.querySelector("meta[name='color-scheme' i]")?.content ?? "";
    if (`${environment} ${scheme}` !== this.sentEnvironment) {
      this.sentEnvironment = `${environment} ${scheme}`;
      out.byte(Op.environment);
      out.number(window.innerWidth);
      out.number(window.innerHeight);
      out.decimal(window.devicePixelRatio);
      out.number(features(window));
      out.string(/^[a-z ]{0,40}$/i.test(scheme) ? scheme : "");
    }
    this.writePage(out, window);
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
    const language = document.documentElement.lang ?? "";
    if (`${address} ${shown} ${language}` === this.sentPage) return;
    this.sentPage = `${address} ${shown} ${language}`;
    out.byte(Op.page);
    out.string(address);
    out.string(shown);
  }
}

/** @param {any} window */
function features(window) {
  /** @param {string} query */
  const matches = (query) => window.matchMedia(query).matches;
  return (
    (matches("(prefers-color-scheme: dark)") ? Environment.dark : 0) |
    (matches("(prefers-reduced-motion: reduce)") ? Environment.reducedMotion : 0) |
    (matches("(prefers-contrast: more)") ? Environment.moreContrast : 0) |
    (matches("(forced-colors: active)") ? Environment.forcedColors : 0) |
    (matches("(hover: hover)") ? Environment.hover : 0) |
    (matches("(pointer: fine)") ? Environment.finePointer : 0) |
    (matches("(pointer: coarse)") ? Environment.coarsePointer : 0) |
    (matches("print") ? Environment.print : 0) |
    (matches("(prefers-reduced-transparency: reduce)") ? Environment.reducedTransparency : 0)
  );
}
