/**
 * What outlives a page: the session's resume token and messages, for the next page of the site and for its other tabs.
 * It is dropped when the session ends, and no longer taken up a minute after the last page was closed.
 *
 * @typedef {{resume: string, key: string, isKnown: boolean, agent: string, isAssisted: boolean, at: number,
 *            messages: {name: string, text: string, at: number, isOwn: boolean}[]}} MemoryRecord
 */

const freshMilliseconds = 70000;

/**
 * @param {string} group
 * @param {() => (Storage | undefined)[]} storages  the tab's own first
 * @param {() => number} now
 */
export function createMemory(group, storages, now) {
  const name = "latchkey.session." + group;

  /** @param {(storage: Storage) => void} use */
  function each(use) {
    for (const index of [0, 1]) {
      try {
        const storage = storages()[index];
        if (storage) use(storage);
      } catch {
        // Storage that may not be used remembers nothing.
      }
    }
  }

  return {
    /** @returns {MemoryRecord | undefined} */
    read() {
      /** @type {MemoryRecord | undefined} */
      let found;
      each((storage) => {
        const record = JSON.parse(storage.getItem(name) || "null");
        if (record && now() - record.at < freshMilliseconds && !(found && found.at >= record.at)) found = record;
      });
      return found;
    },
    /** @param {Omit<MemoryRecord, "at">} record */
    write(record) {
      const text = JSON.stringify({ ...record, at: now() });
      each((storage) => storage.setItem(name, text));
    },
    forget: () => each((storage) => storage.removeItem(name)),
  };
}
