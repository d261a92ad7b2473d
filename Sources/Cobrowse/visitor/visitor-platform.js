/**
 * The platform's own functions, taken once: pages replace some, and Zone.js runs its change detection after each call of
 * those that it has patched.
 */

/** @type {any} */
const scope = globalThis;

/**
 * A function of the platform as it was before Zone.js.
 *
 * @param {any} owner
 * @param {string} name
 */
function unpatched(owner, name) {
  const symbol = scope.Zone?.__symbol__?.(name);
  return (symbol && owner?.[symbol]) || owner?.[name];
}

const addListener = unpatched(scope.EventTarget?.prototype, "addEventListener");

/** @type {typeof setTimeout} */
export const later = unpatched(scope, "setTimeout").bind(scope);
/** @type {typeof clearTimeout} */
export const cancel = unpatched(scope, "clearTimeout").bind(scope);
/** @type {typeof fetch} */
export const request = unpatched(scope, "fetch").bind(scope);
/** @type {typeof WebSocket} */
export const Socket = unpatched(scope, "WebSocket");
/** @type {typeof BroadcastChannel | undefined} */
export const Channel = unpatched(scope, "BroadcastChannel");
export const now = () => Date.now();
export const isHidden = () => document.visibilityState === "hidden";

/**
 * Listens to a target without telling Zone.js.
 *
 * @param {EventTarget} target
 * @param {string} name
 * @param {(event: any) => void} listener
 * @param {boolean} [isCapturing]
 */
export function listen(target, name, listener, isCapturing = false) {
  addListener.call(target, name, listener, isCapturing);
}
