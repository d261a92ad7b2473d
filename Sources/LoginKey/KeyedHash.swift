internal import Crypto

/// HMAC-SHA-256 with the key hashed once: both SHA-256 states behind the padded key (RFC 2104 section 4).
///
/// swift-crypto's `HMAC` keeps the same two states, but takes each part of a message through generic code that costs
/// more than the hashing.
package struct KeyedHash: Sendable {
    private var inner = SHA256()
    private var outer = SHA256()

    /// Hashes a key of any length.
    package init(key: [UInt8]) {
        var block = key.count > SHA256.blockByteCount ? Array(SHA256.hash(data: key)) : key
        block += [UInt8](repeating: 0, count: SHA256.blockByteCount - block.count)
        inner.update(data: block.map { $0 ^ 0x36 })
        outer.update(data: block.map { $0 ^ 0x5C })
    }

    /// Adds a part of the message.
    package mutating func update(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBytes { unsafe inner.update(bufferPointer: $0) }
    }

    /// The authentication code of the parts so far, 32 bytes.
    package func finalize() -> InlineArray<32, UInt8> {
        let digest = inner.finalize()
        var outer = outer
        unsafe digest.withUnsafeBytes { bytes in unsafe outer.update(bufferPointer: bytes) }
        return unsafe outer.finalize()
            .withUnsafeBytes { bytes in
                unsafe bytes.loadUnaligned(as: Signature.Bytes.self)
            }
    }

    /// Whether two codes are the same; compared in constant time.
    package static func areEqualInConstantTime(_ code: InlineArray<32, UInt8>, _ other: InlineArray<32, UInt8>) -> Bool
    {
        Signature(bytes: code).isEqualInConstantTime(to: Signature(bytes: other))
    }
}
