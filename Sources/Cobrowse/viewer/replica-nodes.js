/** The nodes of the replica by their numbers. */
export class ReplicaNodes {
  constructor() {
    /** @type {Map<number, any>} */
    this.nodes = new Map();
    /** @type {WeakMap<any, number>} */
    this.ids = new WeakMap();
  }

  clear() {
    this.nodes.clear();
    this.ids = new WeakMap();
  }

  /**
   * @param {number} id
   * @param {any} node
   */
  set(id, node) {
    this.nodes.set(id, node);
    this.ids.set(node, id);
  }

  /** @param {number} id @returns {any} */
  get(id) {
    return this.nodes.get(id);
  }

  /** @param {any} node @returns {number} */
  of(node) {
    return this.ids.get(node) ?? 0;
  }

  /**
   * Frees the numbers of a node and of all that is in it.
   * @param {any} top
   * @param {(element: any) => void} dropped
   */
  free(top, dropped) {
    const waiting = [top];
    while (waiting.length > 0) {
      const node = waiting.pop();
      const id = this.ids.get(node);
      if (id !== undefined) {
        this.ids.delete(node);
        this.nodes.delete(id);
      }
      if (node.nodeType !== 3) dropped(node);
      if (node.nodeType === 1) {
        if (node.shadowRoot) waiting.push(node.shadowRoot);
        if (node.localName === "iframe" && node.contentDocument) waiting.push(node.contentDocument);
      }
      for (let child = node.firstChild; child !== null; child = child.nextSibling) waiting.push(child);
    }
  }
}
