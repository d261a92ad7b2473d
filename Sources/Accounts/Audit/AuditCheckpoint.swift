internal import Crypto

/// Says how far the audit's chains went at a moment, under a signature (`docs/threats.md#log-injection`).
///
/// A hash chain by itself does not show that its end was cut off, or that somebody recomputed all of it. Checkpoints
/// do: they form their own chain, and somebody who can write to the database cannot sign one.
package struct AuditCheckpoint: Hashable, Sendable {
    /// At least this many checkpoints are kept; older ones may be removed up to a full one.
    package static let kept: Int64 = 10_000

    /// Counts from 1.
    package var number: Int64
    /// When, in Unix milliseconds by the store's clock.
    package var time: Int64
    /// Whether all chains are in it, and not only those that have changed since the one before.
    package var isFull: Bool
    /// The hash of the one before, 32 bytes; empty in the first.
    package var previous: [UInt8]
    /// The newest row of each chain, in the order of the chains.
    package var heads: [AuditHead]

    /// Makes a checkpoint.
    package init(number: Int64, time: Int64, isFull: Bool, previous: [UInt8], heads: [AuditHead]) {
        self.number = number
        self.time = time
        self.isFull = isFull
        self.previous = previous
        self.heads = heads
    }

    /// The hash over all of it, 32 bytes.
    package var hash: [UInt8] { Array(SHA256.hash(data: signedBytes)) }

    /// What is signed.
    var signedBytes: [UInt8] {
        var bytes = Array("latchkey audit checkpoint 1\0".utf8)
        for number in [number, time, isFull ? 1 : 0, Int64(previous.count)] { bytes.append(bigEndian: number) }
        return bytes + previous + AuditHead.encode(heads)
    }
}

extension AuditHead {
    private static let encodedSize = 40

    /// Heads as bytes: the number, big-endian, and the hash of each.
    package static func encode(_ heads: [AuditHead]) -> [UInt8] {
        heads.reduce(into: []) { bytes, head in
            bytes.append(bigEndian: head.id)
            bytes += head.hash
        }
    }

    /// Reads what ``encode(_:)`` has made; `nil` for anything else.
    package static func decode(_ bytes: [UInt8]) -> [AuditHead]? {
        guard bytes.count.isMultiple(of: encodedSize) else { return nil }
        return stride(from: 0, to: bytes.count, by: encodedSize)
            .map { start in
                let id = bytes[start..<start + 8].reduce(Int64(0)) { $0 << 8 | Int64($1) }
                return AuditHead(id: id, hash: Array(bytes[start + 8..<start + encodedSize]))
            }
    }
}

extension [UInt8] {
    /// Adds the eight bytes of a number.
    mutating func append(bigEndian number: Int64) {
        for shift in stride(from: 56, through: 0, by: -8) { append(UInt8(truncatingIfNeeded: number >> Int64(shift))) }
    }
}
