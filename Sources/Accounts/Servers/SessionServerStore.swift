/// The session servers of an installation, for stores that several servers share.
///
/// "Heard from" is by the store's own clock; the servers' clocks do not count. What holds for each method is said at
/// ``AccountStore``.
package protocol SessionServerStore: Sendable {
    /// Says that a server is there; one that was restarted takes new sessions again.
    func announce(_ server: SessionServerRecord) async throws(AccountsError)
    /// Says that a server stops: others take over its sessions.
    func withdraw(_ server: SessionServerRecord) async throws(AccountsError)
    /// All servers that were ever heard from, in the order of their names.
    func sessionServers() async throws(AccountsError) -> [SessionServerStatus]
    /// Takes a server out of use, or puts it to use again; throws ``AccountsError/Code/notFound``.
    func setDraining(_ isDraining: Bool, _ name: String, recording event: AuditEvent) async throws(AccountsError)
    /// Moves a session that is not over to another server, if its own has been silent for so many seconds, or moves its
    /// sessions away.
    ///
    /// - Returns: Whether it was moved; `false` too if somebody else has moved or ended it meanwhile.
    func move(
        _ session: SessionRecord,
        to server: String,
        ifSilentFor seconds: Int64,
        recording event: AuditEvent
    ) async throws(AccountsError) -> Bool
    /// Up to 1,000 sessions that are not over, on servers that have been silent for so many seconds.
    func orphanedSessions(after seconds: Int64) async throws(AccountsError) -> [SessionRecord]
}

/// A session server as others need to know it.
package struct SessionServerRecord: Hashable, Sendable {
    /// The name by which server keys and records know it; no two servers have the same.
    package var name: String
    /// Where participants connect: a `ws:` or `wss:` URL.
    package var url: String
    /// Names one run of the server, from its start to its end: 32 lower-case hexadecimal digits.
    package var epoch: String
    /// How many sessions it has.
    package var sessions: Int

    /// Makes a record.
    package init(name: String, url: String, epoch: String, sessions: Int = 0) {
        self.name = name
        self.url = url
        self.epoch = epoch
        self.sessions = sessions
    }
}

/// A session server and its state.
package struct SessionServerStatus: Hashable, Sendable {
    /// Whether it takes sessions.
    package enum State: String, Hashable, Sendable {
        /// It does, as long as it is heard from.
        case ready
        /// It moves its sessions away and takes none, until it is told otherwise or restarted.
        case draining
        /// It has stopped on purpose.
        case stopped
    }

    /// The server.
    package var server: SessionServerRecord
    /// Whether it takes sessions.
    package var state: State
    /// How many seconds ago it was last heard from.
    package var silence: Int64

    /// Makes a status.
    package init(server: SessionServerRecord, state: State, silence: Int64) {
        self.server = server
        self.state = state
        self.silence = silence
    }
}
