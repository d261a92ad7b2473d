/// The versions that a request names in `If-Match` or `If-None-Match` (RFC 9110 section 13.1).
///
/// All our tags are weak, and are compared in `If-Match` too, as SCIM requires (RFC 7644 section 3.14).
package struct EntityTags: Sendable {
    private let tags: [Substring]

    /// Reads the value of a header; `nil` without the header.
    package init?(_ header: String?) {
        guard let header else { return nil }
        self.tags = header.split(separator: ",").map { Self.opaque($0.drop { $0 == " " }) }
    }

    /// Whether a version is one of them; `*` matches every version.
    package func contains(_ version: String) -> Bool {
        let version = Self.opaque(version[...])
        return tags.contains { $0 == "*" || $0.utf8.elementsEqual(version.utf8) }
    }

    private static func opaque(_ tag: Substring) -> Substring {
        let trimmed = tag.prefix { $0 != " " }
        return trimmed.hasPrefix("W/") ? trimmed.dropFirst(2) : trimmed
    }
}

/// A version made of several texts: 64 bits of FNV-1a, to tell versions apart and nothing else.
package struct Fingerprint: Sendable {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    /// Begins with nothing.
    package init() {}

    /// Adds a text; texts do not run into each other.
    package mutating func add(_ text: String) {
        for byte in text.utf8 {
            add(byte)
        }
        add(0xFF)
    }

    private mutating func add(_ byte: UInt8) {
        state = (state ^ UInt64(byte)) &* 0x100_0000_01B3
    }

    /// The version as a weak entity tag.
    package var tag: String { "W/\"\(String(state, radix: 16))\"" }
}
