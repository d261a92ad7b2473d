/** The numbers by which both sides know the page's nodes. */
export class NodeIds {
  constructor() {
    /** @type {Map<any, number>} */
    this.ids = new Map();
    this.next = 1;
  }

  /**
   * @param {Node} node
   * @returns {number} a new number
   */
  add(node) {
    const id = this.next++;
    this.ids.set(node, id);
    return id;
  }

  /**
   * @param {Node | null} node
   * @returns {number} 0 for a node that the other side does not have
   */
  of(node) {
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
    this.ids.clear();
  }
}
