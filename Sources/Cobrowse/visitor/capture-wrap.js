/** Ways to hear of a call, each with its way back. */

/**
 * @param {(() => void)[]} undo
 * @param {any} owner
 * @param {string} name
 * @param {any} value
 */
export function replace(undo, owner, name, value) {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  if (before === undefined || !before.configurable) return;
  const isAccessor = before.get !== undefined || before.set !== undefined;
  Object.defineProperty(owner, name, isAccessor ? { ...before, ...value } : { ...before, value });
  const placed = Object.getOwnPropertyDescriptor(owner, name);
  undo.push(() => {
    const now = Object.getOwnPropertyDescriptor(owner, name);
    if (now?.value === placed?.value && now?.get === placed?.get && now?.set === placed?.set) {
      Object.defineProperty(owner, name, before);
    }
  });
}

/**
 * @param {(() => void)[]} undo
 * @param {any} prototype
 * @param {string} name
 * @param {(object: any) => void} changed
 */
export function wrapMethod(undo, prototype, name, changed) {
  const call = prototype && Object.getOwnPropertyDescriptor(prototype, name)?.value;
  if (typeof call !== "function") return;
  const wrapper = {
    /** @param {any[]} rest */
    [name](...rest) {
      changed(this);
      return call.apply(this, rest);
    },
  };
  replace(undo, prototype, name, wrapper[name]);
}

/**
 * @param {(() => void)[]} undo
 * @param {any} prototype
 * @param {string} name
 * @param {(object: any) => void} looked
 */
export function wrapGetter(undo, prototype, name, looked) {
  const get = prototype && Object.getOwnPropertyDescriptor(prototype, name)?.get;
  if (get === undefined) return;
  const wrapper = {
    get() {
      looked(this);
      return get.call(this);
    },
  };
  replace(undo, prototype, name, wrapper);
}

/**
 * @param {(() => void)[]} undo
 * @param {any} prototype
 * @param {string} name
 * @param {(object: any) => void} changed
 */
export function wrapSetter(undo, prototype, name, changed) {
  const set = prototype && Object.getOwnPropertyDescriptor(prototype, name)?.set;
  if (set === undefined) return;
  const wrapper = {
    /** @param {any} value */
    set(value) {
      changed(this);
      set.call(this, value);
    },
  };
  replace(undo, prototype, name, wrapper);
}
