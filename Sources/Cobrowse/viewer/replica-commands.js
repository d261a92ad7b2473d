/**
 * The rights that there are commands for: none yet. The viewer offers nothing that is not here.
 *
 * @type {readonly string[]}
 */
export const supportedRights = Object.freeze([]);

/** What the agent may ask of the visitor's page. Each is checked again on the visitor's side. */
export class Commands {
  /** @param {import("./replica.js").ReplicaParts} parts */
  constructor(parts) {
    this.parts = parts;
  }

  interface() {
    return {};
  }
}
