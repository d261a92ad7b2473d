/**
 * The platform's own functions, taken once, before the page can replace more of them. Getters of prototypes are used
 * since an element may hide a property of its own (`<form><input name=firstChild>`).
 */

/**
 * @param {any} owner
 * @param {string} name
 * @returns {any} what Zone.js found in its place, where it has been there
 */
function original(owner, name) {
  return owner[`__zone_symbol__${name}`] ?? owner[name];
}

/**
 * @param {any} prototype
 * @param {string} name
 * @returns {(object: any) => any}
 */
function getter(prototype, name) {
  const get = getterOf(prototype, name);
  return (object) => get.call(object);
}

/** @param {any} prototype @param {string} name @returns {(this: any) => any} */
function getterOf(prototype, name) {
  return Object.getOwnPropertyDescriptor(prototype, name)?.get ?? function () {
    return this[name];
  };
}

/**
 * @param {any} prototype
 * @param {string} name
 * @returns {(object: any, ...rest: any[]) => any}
 */
function method(prototype, name) {
  const call = original(prototype, name);
  return (object, ...rest) => call.apply(object, rest);
}

/** @param {any} call */
const isNative = (call) => /\[native code\]\s*\}$/.test(Function.prototype.toString.call(call));

/**
 * @param {any} window
 * @returns {any} it, or that of an empty frame where the page has put functions of its own in place of those needed
 */
function untouched(window) {
  const { matches, getAttribute } = window.Element.prototype;
  if ([original(window, "MutationObserver"), matches, getAttribute].every(isNative)) return window;
  const frame = window.document.createElement("iframe");
  frame.setAttribute("data-latchkey-ui", "");
  frame.hidden = true;
  window.document.documentElement.append(frame);
  return frame.contentWindow ?? window;
}

/** @typedef {ReturnType<typeof takePlatform>} Platform */

/** @param {any} window */
export function takePlatform(window) {
  const realm = untouched(window);
  const node = realm.Node.prototype;
  const element = realm.Element.prototype;
  const root = realm.DocumentFragment.prototype;
  // What every node is asked has a function of its own each: engines make those fast.
  const [firstChild, nextSibling, nodeType] = ["firstChild", "nextSibling", "nodeType"].map((name) => getterOf(node, name));
  const [localName, namespace, openShadow] = ["localName", "namespaceURI", "shadowRoot"].map((name) => getterOf(element, name));
  const getAttribute = element.getAttribute;
  const names = element.getAttributeNames;
  const matches = element.matches;
  const frame = original(window, "requestAnimationFrame").bind(window);
  const later = original(window, "setTimeout").bind(window);
  const styles = ["CSSStyleRule", "CSSKeyframeRule", "CSSNestedDeclarations"].map((name) => getter(window[name]?.prototype ?? {}, "style"));
  return {
    window,
    Observer: original(realm, "MutationObserver"),
    frame,
    cancelFrame: original(window, "cancelAnimationFrame").bind(window),
    later,
    cancelLater: original(window, "clearTimeout").bind(window),
    fetch: original(window, "fetch").bind(window),
    /** @type {(object: any) => any} */
    firstChild: (object) => firstChild.call(object),
    /** @type {(object: any) => any} */
    nextSibling: (object) => nextSibling.call(object),
    parentNode: getter(node, "parentNode"),
    isConnected: getter(node, "isConnected"),
    ownerDocument: getter(node, "ownerDocument"),
    /** @type {(object: any) => any} */
    nodeType: (object) => nodeType.call(object),
    data: getter(window.CharacterData.prototype, "data"),
    /** @type {(object: any) => any} */
    localName: (object) => localName.call(object),
    /** @type {(object: any) => any} */
    namespace: (object) => namespace.call(object),
    /** @type {(object: any) => any} */
    openShadow: (object) => openShadow.call(object),
    assignedSlot: getter(element, "assignedSlot"),
    /** @type {(rule: any) => CSSStyleDeclaration} */
    ruleStyle: (rule) => (rule.type === 1 ? styles[0] : rule.type === 8 ? styles[1] : styles[2])(rule),
    /** @type {(element: any, name: string) => string | null} */
    attribute: (object, name) => getAttribute.call(object, name),
    /** @type {(element: any) => string[]} */
    attributeNames: (object) => names.call(object),
    /** @type {(element: any, selector: string) => boolean} */
    matches: (object, selector) => matches.call(object, selector),
    /** @type {(root: any, selector: string) => any} */
    all: (object, selector) =>
      object.nodeType === 9
        ? window.Document.prototype.querySelectorAll.call(object, selector)
        : root.querySelectorAll.call(object, selector),
    listen: method(window.EventTarget.prototype, "addEventListener"),
    unlisten: method(window.EventTarget.prototype, "removeEventListener"),
  };
}
