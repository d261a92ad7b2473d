/// A value of CBOR, of the kinds that authenticators send.
///
/// Source: RFC 8949 section 3.1.
enum CBORValue: Hashable, Sendable {
    /// A number from 0 on.
    case unsigned(UInt64)
    /// −1 − the number.
    case negative(UInt64)
    case bytes([UInt8])
    case text(String)
    case array([Self])
    case map(CBORMap)
    case bool(Bool)
    case null

    /// A whole number that has room in 64 bits with a sign.
    var integer: Int64? {
        switch self {
        case .unsigned(let number): Int64(exactly: number)
        case .negative(let number): Int64(exactly: number).map { -1 - $0 }
        default: nil
        }
    }

    /// The bytes of a byte string.
    var bytes: [UInt8]? {
        guard case .bytes(let bytes) = self else { return nil }
        return bytes
    }

    /// The characters of a text.
    var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }

    /// The members of a map.
    var map: CBORMap? {
        guard case .map(let map) = self else { return nil }
        return map
    }
}

/// A map of CBOR, each of whose keys stands once.
struct CBORMap: Hashable, Sendable {
    private(set) var members: [(key: CBORValue, value: CBORValue)] = []

    /// Adds a member; `false` if its key is there already.
    mutating func add(_ key: CBORValue, _ value: CBORValue) -> Bool {
        guard self[key] == nil else { return false }
        members.append((key, value))
        return true
    }

    subscript(key: CBORValue) -> CBORValue? {
        members.first { $0.key == key }?.value
    }

    subscript(name: String) -> CBORValue? { self[.text(name)] }

    subscript(label: Int64) -> CBORValue? {
        self[label < 0 ? .negative(UInt64(-1 - label)) : .unsigned(UInt64(label))]
    }

    static func == (left: Self, right: Self) -> Bool {
        left.members.elementsEqual(right.members) { $0.key == $1.key && $0.value == $1.value }
    }

    func hash(into hasher: inout Hasher) {
        for member in members {
            hasher.combine(member.key)
            hasher.combine(member.value)
        }
    }
}
