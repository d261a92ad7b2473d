/** The kinds of binary frames of a live session: byte 0 of each frame. */
export const Kind = Object.freeze({
  snapshot: 0x01,
  changes: 0x02,
  volatile: 0x03,
  asset: 0x04,
  note: 0x05,
  annotate: 0x20,
  navigate: 0x21,
  assist: 0x22,
  resync: 0x23,
  assetRequest: 0x24,
  agentNote: 0x25,
  ping: 0x26,
  publicAssetRequest: 0x27,
  serverResync: 0x40,
  hold: 0x41,
  go: 0x42,
  publicAsset: 0x43,
});

/** Bits of byte 1 of frames that may come in several parts. */
export const Part = Object.freeze({ first: 1, last: 2 });

/** The most bytes of one part: a frame is 256 KiB with its kind and its flags. */
export const partLimit = 256 * 1024 - 2;
