/** The numbers by which both sides know the page's nodes. */
export class NodeIds {
  constructor() {
    /** @type {Map<any, number>} */
    this.ids = new Map();
    /**
     * Nodes of a snapshot with the newest numbers, not in the table yet: filling it takes time.
     * @type {any[]}
     */
    this.fresh = [];
    /** Whether a snapshot is being written. */
    this.isWhole = false;
    this.next = 1;
  }

  /**
   * @param {Node} node
   * @returns {number} a new number
   */
  add(node) {
    if (this.isWhole) this.fresh.push(node);
    else this.ids.set(node, this.next);
    return this.next++;
  }

  /**
   * @param {any} node
   * @returns {number} a new number for a node that is asked for while the snapshot is being written
   */
  addNow(node) {
    const id = this.add(node);
    this.ids.set(node, id);
    return id;
  }

  /** Leaves out a number, for a node of the other side alone. */
  skip() {
    if (this.isWhole) this.fresh.push(undefined);
    this.next++;
  }

  /** @returns {Iterable<any>} all nodes that have numbers, now that the snapshot is written */
  all() {
    this.isWhole = false;
    let id = this.next - this.fresh.length;
    for (const node of this.fresh) {
      if (node !== undefined) this.ids.set(node, id);
      id++;
    }
    this.fresh = [];
    return this.ids.keys();
  }

  /**
   * @param {Node | null} node
   * @returns {number} 0 for a node that the other side does not have
   */
  of(node) {
    const id = this.ids.get(node);
    if (id !== undefined) return id;
    if (node === null || this.fresh.length === 0) return 0;
    this.all();
    return this.ids.get(node) ?? 0;
  }

  /**
   * @param {number} wanted
   * @returns {any} the node, if the other side still has it; looked for, since only commands name nodes by their numbers
   */
  node(wanted) {
    for (const [node, id] of this.ids) if (id === wanted) return node;
  }

  /** @param {Node} node */
  remove(node) {
    this.ids.delete(node);
  }

  clear() {
    this.fresh = [];
    this.ids.clear();
  }
}
