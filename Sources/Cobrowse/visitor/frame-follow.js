import { ByteWriter } from "../shared/byte-writer.js";
import { Kind } from "../shared/kinds.js";
import { fetchLate } from "./late.js";

/**
 * In a frame: lets the page around it show what is in here, if that page is of the origin that is named.
 * @param {{window: any, parent: string, mask: import("./mask.js").MaskPolicy}} options
 */
export function followFrame({ window, parent, mask }) {
  /** @type {any} */
  let capture;
  let asked = 0;
  window.addEventListener("message", async (/** @type {MessageEvent} */ event) => {
    const [port] = event.ports;
    if (event.source !== window.parent || event.origin !== parent || event.data?.latchkey !== "follow" || !port) return;
    capture?.stop();
    const own = ++asked;
    const { createCapture } = await fetchLate("capture", (step, milliseconds) => setTimeout(step, milliseconds));
    if (own !== asked) return;
    const given = event.data.mask ?? {};
    const current = (capture = createCapture({
      window,
      firstAsset: event.data.first,
      // The stricter of both: what is unmasked here stays so only where the page around does not mask it.
      mask: {
        selectors: [...(mask.selectors ?? []), ...(given.selectors ?? [])],
        unmask: mask.unmask ?? [],
        everything: mask.everything === true || given.everything === true,
      },
      send: (/** @type {number} */ kind, /** @type {Uint8Array} */ bytes) => port.postMessage({ kind, bytes }),
      ready: () => true,
    }));
    port.onmessage = ({ data: { kind, asset } }) => {
      if (kind === 0) current.stop();
      if (asset === undefined) return;
      const out = new ByteWriter(8);
      out.number(asset);
      current.receive(Kind.assetRequest, out.finish());
    };
    current.start();
  });
  if (window.parent !== window) window.parent.postMessage({ latchkey: "here" }, parent);
}
