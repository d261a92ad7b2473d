/// The HMAC-SHA-256 of a LoginKey's message.
struct Signature: Sendable {
    /// Inline, and with the alignment of a byte: a vector type's larger alignment corrupts the heap when the value
    /// lives in the frame of an async function (Swift 6.3.1 on Linux).
    typealias Bytes = InlineArray<32, UInt8>

    let bytes: Bytes

    /// Signs PartnerId, PartnerUserId, the version and the expiry, joined by nothing (`docs/protocol.md#loginkey`).
    ///
    /// Allocates nothing itself; the copy of the keyed state costs swift-crypto two small objects.
    init(
        partnerID: PartnerID,
        partnerUserID: PartnerUserID,
        expiryDigits: ExpiryDigits,
        apiKey: borrowing APIKey
    ) {
        let first = partnerID.text.utf8.span
        let second = partnerUserID.text.utf8.span
        var hash = apiKey.keyedHash
        var message = Message()
        if message.append(first), message.append(second), message.append(expiryDigits) {
            hash.update(message.bytes.span.extracting(first: message.count))
        } else {
            hash.update(first)
            hash.update(second)
            message = Message()
            _ = message.append(expiryDigits)
            hash.update(message.bytes.span.extracting(first: message.count))
        }
        self.bytes = hash.finalize()
    }

    init(bytes: Bytes) {
        self.bytes = bytes
    }

    /// Compares all 32 bytes whatever they are: the one place where signatures are compared.
    func isEqualInConstantTime(to other: Self) -> Bool {
        // The same 32 bytes, eight at a time: both types are 32 bytes long, and all bits mean something in both. Byte by
        // byte the compiler compares as slowly as SHA-256 hashes.
        let words = unsafe unsafeBitCast(bytes, to: InlineArray<4, UInt64>.self)
        let otherWords = unsafe unsafeBitCast(other.bytes, to: InlineArray<4, UInt64>.self)
        var difference: UInt64 = 0
        for index in words.indices {
            difference |= words[index] ^ otherWords[index]
        }
        return difference == 0
    }
}

/// The message in one piece, as long as it is no longer than most are: each further piece costs the hash as much as its
/// bytes.
private struct Message {
    static let capacity = 96

    var bytes = InlineArray<96, UInt8>(repeating: 0)
    var count = 0

    /// Adds some bytes; `false` if there is no room for them.
    mutating func append(_ part: Span<UInt8>) -> Bool {
        guard part.count <= Self.capacity - count else { return false }
        for index in part.indices {
            bytes[count + index] = part[index]
        }
        count += part.count
        return true
    }

    /// Adds the version and the expiry.
    mutating func append(_ digits: ExpiryDigits) -> Bool {
        guard count <= Self.capacity - 11 else { return false }
        bytes[count] = UInt8(ascii: "1")
        for index in 0..<10 {
            bytes[count + 1 + index] = digits.bytes[index]
        }
        count += 11
        return true
    }
}
