internal import Crypto

/// A checksum over the rows of a table, which is the same in all databases that hold the same rows.
///
/// SHA-256 over the values in order, each with its kind and its length, so that none can run into the next.
package struct TableChecksum: Sendable {
    private var hash = SHA256()
    /// How many rows were added.
    package private(set) var rows = 0

    /// Begins with an empty table.
    package init() {}

    /// Adds the next row.
    package mutating func add(_ row: MovedRow) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        for value in row { Self.append(value, to: &bytes) }
        hash.update(data: bytes)
        rows += 1
    }

    /// The checksum in 64 hexadecimal digits.
    package var text: String {
        hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func append(_ value: SQLValue, to bytes: inout [UInt8]) {
        switch value {
        case .null: bytes.append(0)
        case .integer(let number): append(1, UInt64(bitPattern: number), [], to: &bytes)
        case .text(let text): append(2, UInt64(text.utf8.count), text.utf8, to: &bytes)
        case .bytes(let content): append(3, UInt64(content.count), content, to: &bytes)
        }
    }

    private static func append(
        _ kind: UInt8,
        _ number: UInt64,
        _ content: some Collection<UInt8>,
        to bytes: inout [UInt8]
    ) {
        bytes.append(kind)
        for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
        bytes.append(contentsOf: content)
    }
}
