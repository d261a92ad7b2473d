/// A LoginKey together with the user it is presented for, in any of the ways that a key travels.
///
/// Source: `docs/protocol.md#loginkey-travels`.
public enum LoginKeyCredentials: Sendable {
    /// The user is named by group and PartnerUserId.
    case partner(PartnerID, PartnerUserID, PresentedLoginKey)
    /// The user is named by user name, which names the group and the PartnerUserId too.
    case account(Username, PresentedLoginKey)

    /// The key.
    public var loginKey: PresentedLoginKey {
        switch self {
        case .partner(_, _, let loginKey), .account(_, let loginKey): loginKey
        }
    }
}

extension LoginKeyCredentials {
    /// Reads credentials from decoded fields.
    ///
    /// Accepted are: all three partner fields; `partneruserid` holding `<puid>~<loginkey>` and no `loginkey`;
    /// `username` with `loginkey`; `username` holding `<username>~<loginkey>`. The combined form is split at the last
    /// `~` that is followed by `$`.
    ///
    /// - Throws: ``LoginKeyError`` with the code of the first field that is missing, malformed or in conflict.
    public init(
        partnerID: String?,
        partnerUserID: String?,
        username: String?,
        loginKey: String?
    ) throws(LoginKeyError) {
        if let partnerUserID {
            guard username == nil else { throw Self.conflict }
            guard let partnerID else { throw Self.missing("partnerid") }
            let (name, key) = try Self.separate(partnerUserID, loginKey)
            self = .partner(
                try PartnerID(parsing: partnerID),
                try PartnerUserID(parsing: name),
                try PresentedLoginKey(parsing: key)
            )
        } else if let username {
            guard partnerID == nil else { throw Self.conflict }
            let (name, key) = try Self.separate(username, loginKey)
            self = .account(try Username(parsing: name), try PresentedLoginKey(parsing: key))
        } else {
            throw Self.missing("partneruserid")
        }
    }

    /// The name and the key of a field that may hold both.
    ///
    /// With a separate key the field is taken whole, unless it ends in a well-formed key too: then there are two.
    private static func separate(_ field: String, _ loginKey: String?) throws(LoginKeyError) -> (String, String) {
        let combined = splitCombined(field)
        if let loginKey {
            if let combined, (try? PresentedLoginKey(parsing: combined.loginKey)) != nil { throw conflict }
            return (field, loginKey)
        }
        guard let combined else { throw missing("loginkey") }
        return (combined.name, combined.loginKey)
    }

    /// Splits `<name>~<loginkey>` at the last `~` that is followed by `$`; `nil` without one.
    package static func splitCombined(_ field: String) -> (name: String, loginKey: String)? {
        let bytes = field.utf8
        var index = bytes.endIndex
        var following: UInt8 = 0
        while index > bytes.startIndex {
            index = bytes.index(before: index)
            if bytes[index] == UInt8(ascii: "~"), following == ASCII.dollar {
                return (String(field[..<index]), String(field[bytes.index(after: index)...]))
            }
            following = bytes[index]
        }
        return nil
    }

    private static func missing(_ field: String) -> LoginKeyError {
        LoginKeyError(code: .missingCredentials, message: "the field \(field) is missing")
    }

    private static var conflict: LoginKeyError {
        LoginKeyError(code: .conflictingCredentials, message: "the credentials name more than one user or key")
    }
}
