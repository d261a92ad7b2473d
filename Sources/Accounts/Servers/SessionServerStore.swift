/// The session servers of an installation of several machines.
///
/// Each says again and again that it is there; what has not been heard of for a while counts as gone. Only the store's
/// clock is looked at. All methods throw ``AccountsError/Code/storeUnavailable``.
public protocol SessionServerStore: Sendable {
    /// Says that a server is there.
    func announce(_ server: SessionServerRecord) async throws(AccountsError)
    /// Takes a server off the list that stops; its sessions wait for it as if it were there.
    func withdraw(_ name: String) async throws(AccountsError)
    /// The servers that were heard of within so many seconds, in the order of their names.
    func sessionServers(heardWithin seconds: Int64) async throws(AccountsError) -> [SessionServerRecord]
    /// Up to 1,000 sessions that are not over, on servers that were not heard of for so many seconds.
    func orphanedSessions(after seconds: Int64) async throws(AccountsError) -> [SessionRecord]
}

/// A session server as others have to know it.
public struct SessionServerRecord: Hashable, Sendable {
    /// The name by which server keys and records know it; no two servers have the same.
    public var name: String
    /// Where participants connect: a `ws:` or `wss:` URL.
    public var url: String

    /// Makes a record.
    public init(name: String, url: String) {
        self.name = name
        self.url = url
    }
}
