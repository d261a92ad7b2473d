internal import Accounts
internal import LoginKey
internal import WireCodec

/// Reads what a client wants a user to be: the one reader behind POST, PUT and PATCH.
///
/// Unknown and read-only attributes are ignored (RFC 7644 section 3.5.1). What is missing is cleared, but for the
/// password (an empty one is not given), `active` and `roles`: an identity provider that replaces a profile without naming them means no change,
/// and clearing the role would widen what the user may do.
struct UserReader: Sendable {
    /// What becomes of the password.
    enum Password: Sendable {
        case unchanged
        case cleared
        case set(String)
    }

    let roles: RoleIndex

    /// Reads a new user.
    ///
    /// - Throws: ``SCIMError/invalidValue(_:)``, ``SCIMError/invalidSyntax(_:)``.
    func user(from document: JSONObject, in partnerID: PartnerID) throws(SCIMError) -> (User, Password) {
        var user = User(partnerID: partnerID, partnerUserID: nil, username: try Self.username(document))
        let password = try apply(document, to: &user)
        return (user, password)
    }

    /// Gives a user everything that a document says.
    ///
    /// - Throws: ``SCIMError/invalidValue(_:)``, ``SCIMError/invalidSyntax(_:)``.
    func apply(_ document: JSONObject, to user: inout User) throws(SCIMError) -> Password {
        try document.requireSchema(URN.user)
        user.username = try Self.username(document)
        user.partnerUserID = try Self.partnerUserID(document)
        let name = try document.complex("name")
        user.firstName = try Self.description(try name?.string("givenName"), "name.givenName", limit: 49)
        user.lastName = try Self.description(try name?.string("familyName"), "name.familyName", limit: 49)
        user.email = try Self.description(try document.preferred("emails"), "emails.value", limit: 127)
        user.phone = try Self.description(try document.preferred("phoneNumbers"), "phoneNumbers.value", limit: 31)
        user.state = try state(document, user.state)
        if document["roles"] != nil { user.roleID = try role(document) }
        return try Self.password(document)
    }

    private func state(_ document: JSONObject, _ current: User.State) throws(SCIMError) -> User.State {
        guard let value = document.assigned("active") else { return current }
        guard let isActive = value.truth else { throw .invalidValue("active is true or false") }
        if isActive { return .active }
        return current == .active ? .suspended : current
    }

    private func role(_ document: JSONObject) throws(SCIMError) -> Role.ID? {
        let names = try document.values("roles")
        guard let name = names.first(where: \.isPrimary) ?? names.first else { return nil }
        guard name.isPrimary || names.count == 1 else {
            throw .invalidValue("a user has one role at most: mark one of the roles as primary")
        }
        guard let role = roles.role(named: name.text) else {
            throw .invalidValue("roles: there is no role of that name")
        }
        return role.id
    }

    private static func username(_ document: JSONObject) throws(SCIMError) -> Username {
        guard let text = try document.string("userName"), !text.isEmpty else {
            throw .invalidValue("userName is required")
        }
        do {
            return try Username(parsing: text)
        } catch {
            throw .invalidValue("userName: \(error.message)")
        }
    }

    private static func partnerUserID(_ document: JSONObject) throws(SCIMError) -> PartnerUserID? {
        guard let text = try document.string("externalId"), !text.isEmpty else { return nil }
        do {
            let partnerUserID = try PartnerUserID(parsing: text)
            try Provisioning.check(text, field: "externalId", limit: PartnerUserID.maximumLength)
            return partnerUserID
        } catch let error as LoginKeyError {
            throw .invalidValue("externalId: \(error.message)")
        } catch {
            throw SCIMError(error)
        }
    }

    /// A text that describes and identifies nobody: blanks at its ends and its normal form mean nothing.
    private static func description(_ text: String?, _ attribute: String, limit: Int) throws(SCIMError) -> String {
        guard let text else { return "" }
        let isBlank: (Character) -> Bool = { $0.isWhitespace }
        let trimmed = text.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
        let normal = Provisioning.normalFormC(String(trimmed))
        do {
            try Provisioning.check(normal, field: attribute, limit: limit)
        } catch {
            throw SCIMError(error)
        }
        return normal
    }

    private static func password(_ document: JSONObject) throws(SCIMError) -> Password {
        if document["password"] == .null { return .cleared }
        guard let text = try document.string("password"), !text.isEmpty else { return .unchanged }
        let range = PasswordHash.minimumLength...PasswordHash.maximumLength
        guard range.contains(text.unicodeScalars.count) else {
            throw .invalidValue("password has \(range.lowerBound) to \(range.upperBound) characters")
        }
        return .set(text)
    }
}
