internal import Accounts
internal import ArgumentParser
internal import LoginKey
internal import ServerApp

/// The group that a command is about, and the store that it is in.
struct GroupTarget: ParsableArguments {
    @Option(name: .customLong("group"), help: "The PartnerId.") var id: PartnerID
    @OptionGroup var store: StoreOptions

    /// Opens the store.
    ///
    /// - Throws: ``CommandFailure`` for an unknown group.
    func open() async throws -> any AccountStore {
        let store = try await store.open()
        _ = try await store.requireGroup(id)
        return store
    }
}
