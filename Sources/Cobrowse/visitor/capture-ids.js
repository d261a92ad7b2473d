/** The numbers by which both sides know the page's nodes. */
export class NodeIds {
  constructor() {
    /** @type {WeakMap<Node, number>} */
    this.ids = new WeakMap();
    /** @type {Map<number, any>} */
    this.nodes = new Map();
    this.next = 1;
  }

  /**
   * @param {Node} node
   * @returns {number} a new number
   */
  add(node) {
    const id = this.next++;
    this.ids.set(node, id);
    this.nodes.set(id, node);
    return id;
  }

  /**
   * @param {Node | null} node
   * @returns {number} 0 for a node that the other side does not have
   */
  of(node) {
    return node === null ? 0 : (this.ids.get(node) ?? 0);
  }

  /**
   * @param {number} id
   * @returns {any} the node, if the other side still has it
   */
  node(id) {
    return this.nodes.get(id);
  }

  /** @param {Node} node */
  remove(node) {
    const id = this.ids.get(node);
    if (id === undefined) return;
    this.ids.delete(node);
    this.nodes.delete(id);
  }

  clear() {
    this.ids = new WeakMap();
    this.nodes.clear();
  }
}
