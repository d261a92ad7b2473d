/// The members of a JSON object in their order; names are found without regard to case (RFC 7643 section 2.1).
package struct JSONObject: Hashable, Sendable {
    /// A name with its value.
    package struct Member: Hashable, Sendable {
        /// The name, in the case in which it was written.
        package let name: String
        /// The value.
        package var value: JSONValue
    }

    /// The members, in the order in which they were written.
    package private(set) var members: [Member] = []

    /// Makes an empty object.
    package init() {}

    /// Makes an object of members whose names differ by more than case.
    package init(_ members: [(String, JSONValue)]) {
        self.members = members.map { Member(name: $0, value: $1) }
    }

    /// The value of a member; setting `nil` removes it.
    package subscript(name: String) -> JSONValue? {
        get { members.first { $0.name.matches(name) }?.value }
        set {
            let index = members.firstIndex { $0.name.matches(name) }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    /// The value of a member that is there and not unassigned.
    package func assigned(_ name: String) -> JSONValue? {
        self[name].flatMap { $0.isUnassigned ? nil : $0 }
    }

    /// Adds a member whose name is known to be new.
    package mutating func append(_ name: String, _ value: JSONValue) {
        members.append(Member(name: name, value: value))
    }

    /// Adds a member whose name is known to be new, unless its text is empty.
    package mutating func append(_ name: String, nonEmpty text: String) {
        if !text.isEmpty { append(name, .string(text)) }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Makes an object of a literal whose names differ by more than case.
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements)
    }
}

extension String {
    /// Whether both texts are the same but for the case of ASCII letters.
    package func matches(_ other: String) -> Bool {
        let (left, right) = (utf8.span, other.utf8.span)
        guard left.count == right.count else { return false }
        for index in left.indices where left[index] != right[index] {
            guard Self.lowered(left[index]) == Self.lowered(right[index]) else { return false }
        }
        return true
    }

    /// The text with its ASCII letters in lower case; all others stay.
    package var asciiLowercased: String {
        String(decoding: utf8.map(Self.lowered), as: UTF8.self)
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }
}
