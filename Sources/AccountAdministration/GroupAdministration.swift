package import Accounts
package import LoginKey

/// What may be done to groups; only the operator changes them.
package struct GroupAdministration: Sendable {
    private let store: any GroupStore
    private let administrator: Administrator

    /// Makes the administration of the operator.
    package init(store: any GroupStore, by administrator: Administrator) {
        self.store = store
        self.administrator = administrator
    }

    /// Adds a group.
    ///
    /// - Throws: ``AccountsError/Code/alreadyExists``, ``AccountsError/Code/invalidField``.
    package func create(_ group: Group) async throws(AccountsError) {
        try Provisioning.check(group)
        try await store.createGroup(group, recording: administrator.event("group created"))
    }

    /// Reads a group and changes it; again if somebody else was faster, so that no change is lost.
    ///
    /// - Parameters:
    ///   - find: Reads the group.
    ///   - change: Makes of it what is wanted.
    /// - Returns: The group as it is stored.
    /// - Throws: What `find` and `change` throw; ``AccountsError/Code/notFound``, ``AccountsError/Code/invalidField``.
    package func update(
        _ find: () async throws -> Group,
        _ change: (inout Group) throws -> Void
    ) async throws -> Group {
        try await OptimisticChange.run {
            let group = try await find()
            var wanted = group
            try change(&wanted)
            guard wanted != group else { return group }
            try Provisioning.check(wanted)
            return try await store.updateGroup(wanted, recording: administrator.event("group changed"))
        }
    }

    /// Deletes a group with all that belongs to it.
    ///
    /// - Throws: ``AccountsError/Code/notFound``.
    package func delete(_ partnerID: PartnerID) async throws(AccountsError) {
        try await store.deleteGroup(partnerID, recording: administrator.event("group deleted"))
    }
}
