package import Accounts
internal import Synchronization

/// The spellings of a set of privileges that stand in every answer to a sign-in; made once for each set.
package struct PrivilegeTexts: Sendable {
    /// The wire names.
    package let names: [String]
    /// `;name:on` for each name, as in `privilegeString`; ASCII without a character that JSON escapes.
    package let settings: [UInt8]

    private static let known = Mutex<[UInt64: Self]>([:])
    private static let maximumCount = 4096

    /// The texts of a set.
    package static func of(_ privileges: PrivilegeSet) -> Self {
        known.withLock { known in
            if let texts = known[privileges.rawValue] { return texts }
            if known.count >= maximumCount { known.removeAll() }
            let texts = Self(privileges)
            known[privileges.rawValue] = texts
            return texts
        }
    }

    private init(_ privileges: PrivilegeSet) {
        names = privileges.names
        settings = Array(names.map { ";\($0):on" }.joined().utf8)
    }
}
