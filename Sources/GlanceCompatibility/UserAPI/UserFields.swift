internal import Accounts
internal import LoginKey

/// What NewUser and UpdateUser may both say about a user; `nil` where the form says nothing.
struct UserFields: Sendable {
    /// The parameters that are read here.
    static let parameters: [UserAPIParameter] = [
        .userAddress, .userPW, .userFirst, .userLast, .userEmail, .userRole,
    ]

    var address: Username?
    var password: String?
    var firstName: String?
    var lastName: String?
    var email: String?
    /// The role's name; empty for no role.
    var role: String?

    /// Reads and checks the fields, each with its documented limit.
    init(_ form: UserAPIForm) throws(UserAPIError) {
        address = try form[.userAddress].map { text throws(UserAPIError) in try UserAddress.read(text) }
        password = try Self.password(form)
        firstName = try form.checked(.userFirst, limit: 49)
        lastName = try form.checked(.userLast, limit: 49)
        email = try form.checked(.userEmail, limit: 127)
        role = try form.checked(.userRole, limit: 70).map { $0.lowercased() == Wildcard.missing ? "" : $0 }
    }

    /// The user with the fields that are there.
    ///
    /// - Throws: ``UserAPIError/Code/unknownRole``, or what ends a change.
    func apply(to user: User, at context: UserAPIContext) async throws(UserAPIError) -> User {
        var user = user
        if let address { user.username = address }
        if let firstName { user.firstName = firstName }
        if let lastName { user.lastName = lastName }
        if let email { user.email = email }
        if let role { user.roleID = role.isEmpty ? nil : try await context.role(named: role).id }
        if let password { user.passwordHash = try await context.hash(password) }
        return user
    }

    /// An empty password counts as missing: it neither sets nor clears one.
    private static func password(_ form: UserAPIForm) throws(UserAPIError) -> String? {
        guard let password = form.nonEmpty(.userPW) else { return nil }
        do {
            try Provisioning.check(password: password)
        } catch {
            throw UserAPIError(.invalidField, "\(error.message).", .userPW)
        }
        return password
    }
}
