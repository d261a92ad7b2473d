internal import WireCodec

/// Names an attribute, or a part of one: `[URN ":"] attribute ["." sub-attribute]` (RFC 7644 section 3.10).
///
/// Names are in lower case, because they are matched without regard to it. The URNs of our own two schemas are left out.
struct AttributePath: Hashable, Sendable {
    /// The URN of the extension that the attribute belongs to; empty for our own schemas.
    let schema: String
    /// The attribute.
    let attribute: String
    /// The part of it; `nil` for the whole.
    let subAttribute: String?

    init(schema: String = "", attribute: String, subAttribute: String? = nil) {
        self.schema = schema
        self.attribute = attribute.asciiLowercased
        self.subAttribute = subAttribute?.asciiLowercased
    }

    /// Reads a path that stands alone.
    ///
    /// - Throws: ``SCIMError/invalidPath(_:)``.
    init(parsing text: String) throws(SCIMError) {
        guard let path = Self(spelling: text) else { throw .invalidPath("there is no attribute of that name") }
        self = path
    }

    /// Reads a path; `nil` if it is not one.
    init?(spelling text: some StringProtocol) {
        let colon = text.lastIndex(of: ":")
        let urn = colon.map { String(text[..<$0]).asciiLowercased } ?? ""
        let name = colon.map { text[text.index(after: $0)...] } ?? text[...]
        let names = name.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(names.count), names.allSatisfy({ Self.isName($0) }),
            colon == nil || urn.hasPrefix("urn:")
        else { return nil }
        let isOwn = urn.matches(URN.user) || urn.matches(URN.group)
        self.init(
            schema: isOwn ? "" : urn,
            attribute: String(names[0]),
            subAttribute: names.count == 2 ? String(names[1]) : nil
        )
    }

    /// The path within one element of a multi-valued attribute, seen from outside; `nil` if it leads elsewhere.
    func within(_ parent: Self) -> Self? {
        guard schema.isEmpty, subAttribute == nil else { return nil }
        return Self(schema: parent.schema, attribute: parent.attribute, subAttribute: attribute)
    }

    /// Whether it names exactly this of our own schemas.
    func names(_ attribute: String, _ subAttribute: String?) -> Bool {
        guard isWithin(attribute) else { return false }
        guard let own = self.subAttribute, let subAttribute else {
            return self.subAttribute == nil && subAttribute == nil
        }
        return own.matches(subAttribute)
    }

    /// Whether it names an attribute of our own schemas, or a part of it.
    func isWithin(_ attribute: String) -> Bool {
        schema.isEmpty && self.attribute.matches(attribute)
    }

    /// The attribute and its part with a dot between them.
    var text: String {
        subAttribute.map { "\(attribute).\($0)" } ?? attribute
    }

    private static func isName(_ name: some StringProtocol) -> Bool {
        guard let first = name.utf8.first, isLetter(first) || first == UInt8(ascii: "$") else { return false }
        return name.utf8.dropFirst()
            .allSatisfy { byte in
                isLetter(byte) || byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "-")
                    || byte == UInt8(ascii: "_")
            }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26
    }
}
