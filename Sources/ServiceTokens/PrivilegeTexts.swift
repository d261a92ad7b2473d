package import Accounts
internal import Synchronization
internal import WireModels

/// The spellings of a set of privileges that stand in every answer to a sign-in; made once for each set.
package struct PrivilegeTexts: Sendable {
    /// The wire names.
    package let names: [String]
    /// The names as a JSON array.
    package let json: [UInt8]
    /// `;name:on` for each name, as in `privilegeString`.
    package let settings: String

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
        var json = JSONWriter()
        json.array(names)
        self.json = json.bytes
        settings = names.map { ";\($0):on" }.joined()
    }
}
