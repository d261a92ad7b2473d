/** How often a module that does not come is asked for, and the longest time between two tries. */
const mostTries = 30;
const longestWait = 20_000;

/**
 * Fetches a module of this folder when it is first needed.
 * @param {string} name
 * @param {(step: () => void, milliseconds: number) => unknown} later
 * @param {(tries: number) => void} [onfail]
 * @returns {Promise<any>}
 */
export async function fetchLate(name, later, onfail) {
  for (let tries = 1; ; tries++) {
    try {
      // Browsers remember that a module did not come: it is asked for under another address.
      return await import(`./${name}.js${tries > 1 ? `?${tries}` : ""}`);
    } catch (error) {
      if (tries === mostTries) throw error;
      onfail?.(tries);
      await new Promise((resolve) => later(() => resolve(0), Math.min(150 * 2 ** tries, longestWait)));
    }
  }
}
