/// The message that a version 2 key signs: a fixed line, what of the key is signed, PartnerId and PartnerUserId, each on
/// a line, the last without a line break (`docs/loginkey-2.md#signed`).
///
/// Nothing but the PartnerUserId can hold a line break, and that stands last: two keys never sign the same message.
struct BoundMessage {
    /// Room for what most messages have, so that they take no allocation.
    private static let capacity = 192

    /// What every message begins with, so that it is no message of anything else that the key signs.
    private static let domain = "LoginKey-2\n"

    private var bytes = InlineArray<192, UInt8>(repeating: 0)
    private var count = 0
    /// The message where it is too long.
    private var long: [UInt8] = []

    init(signed: Span<UInt8>, partnerID: PartnerID, partnerUserID: PartnerUserID) {
        let group = partnerID.text.utf8.span
        let user = partnerUserID.text.utf8.span
        let total = Self.domain.utf8.count + signed.count + group.count + user.count + 2
        if total > Self.capacity { long.reserveCapacity(total) }
        append(Self.domain.utf8.span, isLong: total > Self.capacity)
        append(signed, isLong: total > Self.capacity)
        append("\n".utf8.span, isLong: total > Self.capacity)
        append(group, isLong: total > Self.capacity)
        append("\n".utf8.span, isLong: total > Self.capacity)
        append(user, isLong: total > Self.capacity)
    }

    /// Takes any bytes, for diagnosis.
    init(_ bytes: [UInt8]) {
        long = bytes
    }

    private mutating func append(_ part: Span<UInt8>, isLong: Bool) {
        if isLong {
            for index in part.indices {
                long.append(part[index])
            }
            return
        }
        // Byte by byte it takes as long as the hash. The check guards the copy; `init` has added the lengths up, so that no
        // input reaches it.
        let start = count
        precondition(part.count <= Self.capacity - start, "the lengths were added up before")
        var target = bytes.mutableSpan
        unsafe target.withUnsafeMutableBytes { target in
            unsafe part.withUnsafeBytes { part in
                unsafe UnsafeMutableRawBufferPointer(rebasing: target[start...]).copyMemory(from: part)
            }
        }
        count = start + part.count
    }

    /// Adds the message to a hash.
    func add(to hash: inout KeyedHash) {
        if long.isEmpty { hash.update(bytes.span.extracting(first: count)) } else { hash.update(long.span) }
    }

    /// The message.
    var array: [UInt8] {
        long.isEmpty ? (0..<count).map { bytes[$0] } : long
    }
}
