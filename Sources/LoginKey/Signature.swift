/// The HMAC-SHA-256 of a LoginKey's message.
struct Signature: Sendable {
    /// Inline, and with the alignment of a byte: a vector type's larger alignment corrupts the heap when the value
    /// lives in the frame of an async function (Swift 6.3.1 on Linux).
    typealias Bytes = InlineArray<32, UInt8>

    let bytes: Bytes

    /// Signs PartnerId, PartnerUserId, the version and the expiry, joined by nothing (PROTOCOL section 1).
    ///
    /// Allocates nothing itself; the copy of the keyed state costs swift-crypto two small objects.
    init(
        partnerID: PartnerID,
        partnerUserID: PartnerUserID,
        expiryDigits: ExpiryDigits,
        apiKey: borrowing APIKey
    ) {
        self.init(first: partnerID.text, second: partnerUserID.text, expiryDigits: expiryDigits, apiKey: apiKey)
    }

    /// Signs two texts in the places of PartnerId and PartnerUserId.
    init(first: String, second: String, expiryDigits: ExpiryDigits, apiKey: borrowing APIKey) {
        var hash = apiKey.keyedHash
        hash.update(first.utf8.span)
        hash.update(second.utf8.span)
        var tail = InlineArray<11, UInt8>(repeating: UInt8(ascii: "1"))
        for index in 0..<10 {
            tail[index + 1] = expiryDigits.bytes[index]
        }
        hash.update(tail.span)
        self.bytes = hash.finalize()
    }

    init(bytes: Bytes) {
        self.bytes = bytes
    }

    /// Compares all 32 bytes whatever they are: the one place where signatures are compared.
    func isEqualInConstantTime(to other: Self) -> Bool {
        var difference: UInt8 = 0
        for index in bytes.indices {
            difference |= bytes[index] ^ other.bytes[index]
        }
        return difference == 0
    }
}
