import { ByteReader } from "../shared/byte-reader.js";
import { ByteWriter } from "../shared/byte-writer.js";
import { Kind } from "../shared/kinds.js";
import { PartJoiner } from "../shared/part-joiner.js";
import { PublicAssets, isPublic } from "./replica-public-assets.js";

const types = /^(image\/(png|jpeg|jpg|gif|webp|avif|bmp|x-icon|vnd\.microsoft\.icon|svg\+xml)|font\/[\w.-]+|application\/(x-)?(font|vnd\.ms-fontobject|octet-stream)[\w.-]*)$/i;
const largest = 16 * 1024 * 1024;
/** After so many since a snapshot a new one is worth it: with it both sides forget what is shown no more. */
const most = 1000;

/** What the page shows from elsewhere: asked for, kept as addresses of this document's own. */
export class ReplicaAssets {
  /** @param {import("./replica.js").ReplicaParts} parts */
  constructor(parts) {
    this.parts = parts;
    /** @type {Map<number, string>} */
    this.addresses = new Map();
    /** @type {Map<number, string>} where the page has them from, as far as the visitor says so */
    this.origins = new Map();
    /** @type {Set<number>} */
    this.wanted = new Set();
    /** @type {Set<number>} */
    this.asked = new Set();
    /** SVG files. @type {Map<number, Blob>} */
    this.drawings = new Map();
    /** Stills that each still comes after. @type {Map<number, number[]>} */
    this.followed = new Map();
    /** How many there are that the last snapshot did not have. */
    this.added = 0;
    this.joiner = new PartJoiner(largest);
    this.publicJoiner = new PartJoiner(largest);
    const { send } = parts.options;
    this.public = new PublicAssets(send, (id) => this.askVisitor([id]));
  }

  clear() {
    this.public.clear();
    for (const address of this.addresses.values()) if (address.startsWith("blob:")) URL.revokeObjectURL(address);
    this.addresses.clear();
    this.followed.clear();
    this.drawings.clear();
    this.origins.clear();
    this.wanted.clear();
    this.asked.clear();
    this.joiner = new PartJoiner(largest);
  }

  /** From here on they are counted: the snapshot has been taken. */
  count() {
    this.added = 0;
  }

  get areTooMany() {
    return this.added > most;
  }

  /** @param {number} id @returns {string | undefined} where it is; asked for if nobody has */
  address(id) {
    if (!this.addresses.has(id)) this.want(id);
    return this.known(id);
  }

  /** @param {number} id @returns {string | undefined} where it is by now */
  known(id) {
    return this.addresses.get(id) || undefined;
  }

  /**
   * A still was followed by another one: its bytes are freed once that is there.
   * @param {number} before
   * @param {number} after
   */
  replaced(before, after) {
    this.followed.set(after, [...(this.followed.get(before) ?? []), before]);
    this.followed.delete(before);
  }

  /** @param {number} id */
  want(id) {
    if (!this.asked.has(id)) this.wanted.add(id);
  }

  /**
   * @param {number} id
   * @param {string} origin
   */
  define(id, origin) {
    this.origins.set(id, origin);
    this.added += 1;
  }

  /** Asks for what is wanted by now. */
  ask() {
    if (this.wanted.size === 0) return;
    const { options, page } = this.parts;
    const fromVisitor = [];
    for (const id of this.wanted) {
      this.asked.add(id);
      if (!this.origins.has(id)) this.added += 1;
      const origin = this.origins.get(id) ?? "";
      if (options.assets === "visitor" || !isPublic(origin, page.url)) fromVisitor.push(id);
      else if (options.assets === "proxy") this.public.want(id, origin);
      else this.arrive(id, "");
    }
    this.wanted.clear();
    this.askVisitor(fromVisitor);
  }

  /** @param {number[]} ids */
  askVisitor(ids) {
    if (ids.length === 0) return;
    const out = new ByteWriter(64);
    for (const id of ids) out.number(id);
    this.parts.options.send(Kind.assetRequest, out.finish());
  }

  /** @param {Uint8Array} frame a part of an answer of the visitor's */
  receive(frame) {
    const payload = this.joiner.add(frame);
    if (payload === undefined) return;
    const reader = new ByteReader(payload);
    this.take(reader.number(), reader.string(), payload.subarray(reader.at));
  }

  /** @param {Uint8Array} frame a part of an answer of the server's */
  receivePublic(frame) {
    const payload = this.publicJoiner.add(frame);
    if (payload === undefined) return;
    const reader = new ByteReader(payload);
    const request = reader.number();
    const type = reader.string();
    if (reader.atEnd) return this.public.miss(request);
    const id = this.public.answered(request);
    if (id !== undefined) this.take(id, type, payload.subarray(reader.at));
  }

  /**
   * @param {number} id
   * @param {string} given  its media type
   * @param {Uint8Array} bytes
   */
  take(id, given, bytes) {
    const type = given.split(";")[0].trim();
    if (!this.asked.has(id) || this.addresses.has(id)) return;
    if (bytes.length === 0 || (type !== "" && !types.test(type))) {
      this.arrive(id, "");
      return;
    }
    const blob = new Blob([new Uint8Array(bytes)], { type: type === "" ? "application/octet-stream" : type });
    if (type === "image/svg+xml") this.drawings.set(id, blob);
    this.arrive(id, URL.createObjectURL(blob));
  }

  /**
   * @param {number} id
   * @param {string} address
   */
  arrive(id, address) {
    this.addresses.set(id, address);
    this.parts.arrived(id);
    for (const before of this.followed.get(id) ?? []) this.free(before);
    this.followed.delete(id);
  }

  /** @param {number} id */
  free(id) {
    const address = this.addresses.get(id);
    if (address?.startsWith("blob:")) window.setTimeout(() => URL.revokeObjectURL(address), 1000);
    this.addresses.delete(id);
    if (this.asked.delete(id) && this.added > 0) this.added -= 1;
  }
}
