package import Accounts
package import LoginKey

/// What may be done to roles; the same for every service and the command line.
package struct RoleAdministration: Sendable {
    /// The most roles that a group may have.
    package static let maximumCount = 1000

    private let store: any RoleStore
    private let administrator: Administrator
    private let partnerID: PartnerID

    /// Makes the administration of one group's roles.
    package init(store: any RoleStore, of partnerID: PartnerID, by administrator: Administrator) {
        self.store = store
        self.partnerID = partnerID
        self.administrator = administrator
    }

    /// Adds roles, all or none.
    ///
    /// - Returns: The roles with their ids.
    /// - Throws: ``AccountsError/Code/tooMany``, ``AccountsError/Code/alreadyExists``, ``AccountsError/Code/invalidField``.
    package func add(_ roles: [Role]) async throws(AccountsError) -> [Role] {
        guard try await store.roles(of: partnerID).count + roles.count <= Self.maximumCount else {
            throw AccountsError(code: .tooMany, message: "A group has at most \(Self.maximumCount) roles.")
        }
        return try await store.saveRoles(
            roles,
            of: partnerID,
            recording: administrator.event(Self.note(roles, "added"))
        )
    }

    /// Changes roles, all or none.
    ///
    /// - Parameter roles: As they are to be, each with the version that the change was made from.
    /// - Returns: The roles with their new versions.
    /// - Throws: ``AccountsError/Code/versionConflict``, ``AccountsError/Code/notFound``,
    ///   ``AccountsError/Code/alreadyExists``, ``AccountsError/Code/invalidField``.
    package func change(_ roles: [Role]) async throws(AccountsError) -> [Role] {
        try await store.saveRoles(
            roles,
            of: partnerID,
            recording: administrator.event(Self.note(roles, "changed"))
        )
    }

    /// Deletes roles, all or none.
    ///
    /// - Throws: ``AccountsError/Code/notFound``, and ``AccountsError/Code/inUse`` while a user has one of them.
    package func delete(_ roles: [Role]) async throws(AccountsError) {
        try await store.deleteRoles(
            roles.map(\.id),
            of: partnerID,
            recording: administrator.event(Self.note(roles, "deleted"))
        )
    }

    private static func note(_ roles: [Role], _ what: String) -> String {
        let names = roles.map(\.name).joined(separator: ", ")
        return roles.count == 1 ? "role \(names) \(what)" : "roles \(what): \(names)"
    }
}
