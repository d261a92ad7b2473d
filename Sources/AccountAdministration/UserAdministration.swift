package import Accounts

/// What may be done to users, and by whom; the same for every service and the command line.
///
/// The lengths and characters of fields are checked by the store (``Provisioning``), which compares the version as well: a
/// change carries the version of the user that it was made from.
package struct UserAdministration: Sendable {
    let store: any UserStore
    let administrator: Administrator

    /// Makes the administration of one administrator.
    package init(store: any UserStore, by administrator: Administrator) {
        self.store = store
        self.administrator = administrator
    }

    /// The change that adds a user, who is an administrator only if the operator says so.
    package func addition(of user: User) -> UserChange {
        UserChange(.create, newcomer(user), recording: administrator.event("user \(user.username) added"))
    }

    /// A new user as this administrator may add them: only the operator makes administrators.
    func newcomer(_ user: User) -> User {
        var newcomer = user
        if !administrator.isOperator { newcomer.isAdministrator = false }
        return newcomer
    }

    /// The change that turns a user into what is wanted.
    ///
    /// A new password unlocks a user who is locked out. Only the operator makes administrators.
    ///
    /// - Parameters:
    ///   - user: As they were read.
    ///   - wanted: As they are to be; id, group and version are those of `user`.
    /// - Returns: `nil` if nothing would change.
    /// - Throws: ``AccountsError/Code/ownAccount`` for administrators who would suspend themselves.
    package func change(of user: User, to wanted: User) throws(AccountsError) -> UserChange? {
        var wanted = wanted
        (wanted.id, wanted.partnerID, wanted.version) = (user.id, user.partnerID, user.version)
        if !administrator.isOperator { wanted.isAdministrator = user.isAdministrator }
        let hasNewPassword = wanted.passwordHash != nil && wanted.passwordHash != user.passwordHash
        if hasNewPassword, wanted.state == .lockedOut { wanted.state = .active }
        guard wanted != user else { return nil }
        if wanted.state != .active { try requireOther(than: user) }
        let detail = "user \(wanted.username) changed\(UserDifference(from: user, to: wanted).text)"
        return UserChange(.update, wanted, recording: administrator.event(detail))
    }

    /// The change that deletes a user.
    ///
    /// - Throws: ``AccountsError/Code/ownAccount`` for administrators who would delete themselves.
    package func deletion(of user: User) throws(AccountsError) -> UserChange {
        try requireOther(than: user)
        return UserChange(.delete, user, recording: administrator.event("user \(user.username) deleted"))
    }

    /// Locking out a token's owner locks out the program that uses it.
    private func requireOther(than user: User) throws(AccountsError) {
        guard user.id != administrator.userID else {
            throw AccountsError(code: .ownAccount, message: "an administrator cannot suspend or delete themselves")
        }
    }
}
