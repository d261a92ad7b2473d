internal import AccountAdministration
internal import Accounts
internal import ArgumentParser
internal import LoginKey
internal import ServerApp

/// The user whom a command is about, and the store that they are in.
struct UserTarget: ParsableArguments {
    @Argument(help: "User name or PartnerUserId.") var user: String
    @Option(help: "The PartnerId.") var group: PartnerID
    @OptionGroup var store: StoreOptions

    /// Opens the store and finds the user.
    ///
    /// - Throws: ``CommandFailure`` for an unknown user.
    func open() async throws -> (store: any AccountStore, user: User) {
        let store = try await store.open()
        _ = try await store.requireGroup(group)
        return (store, try await store.requireUser(user, of: group))
    }

    /// Changes the user and prints them.
    ///
    /// - Parameters:
    ///   - output: How to print.
    ///   - text: What is printed about the changed user.
    ///   - change: The change; called again if somebody else was faster.
    /// - Throws: ``CommandFailure`` for an unknown user, and what `change` and the store throw.
    func change(
        _ output: OutputOptions,
        saying text: (User) -> String,
        _ change: (any AccountStore, inout User) async throws -> Void
    ) async throws {
        let store = try await store.open()
        let changed = try await administration(in: store)
            .update {
                try await store.requireUser(user, of: group)
            } _: { user in
                try await change(store, &user)
            }
        let row = UserCommand.Row(changed, roles: try await store.roleNames(of: group))
        try output.print(row, text: text(changed))
    }

    /// The operator's administration of users.
    func administration(in store: any AccountStore) -> UserAdministration {
        Administration.users(of: group, in: store)
    }
}

extension Administration {
    /// The operator's administration of a group's users.
    static func users(of partnerID: PartnerID, in store: any AccountStore) -> UserAdministration {
        UserAdministration(store: store, by: administrator(of: partnerID))
    }
}
