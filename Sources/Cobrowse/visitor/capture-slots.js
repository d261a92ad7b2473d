import { Op } from "../shared/ops.js";

/** Which nodes are in the slots that are filled by hand. */
export class Slots {
  /** @param {import("./capture.js").CaptureParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {Map<any, string>} */
    this.slots = new Map();
  }

  clear() {
    this.slots.clear();
  }

  /** @param {any} slot */
  add(slot) {
    if (slot.getRootNode().slotAssignment === "manual") this.slots.set(slot, "");
  }

  /** @param {any} slot */
  remove(slot) {
    this.slots.delete(slot);
  }

  /** @param {import("../shared/byte-writer.js").ByteWriter} out */
  write(out) {
    for (const [slot, sent] of this.slots) {
      const ids = [];
      for (const node of slot.assignedNodes()) if (this.parts.ids.of(node) !== 0) ids.push(this.parts.ids.of(node));
      if (ids.join() === sent) continue;
      this.slots.set(slot, ids.join());
      out.byte(Op.assign);
      out.number(this.parts.ids.of(slot));
      out.number(ids.length);
      for (const id of ids) out.number(id);
    }
  }
}
