internal import AccountAdministration
internal import Accounts
internal import ArgumentParser
internal import LoginKey
internal import ServerApp
internal import SystemSupport

/// `latchkey session`.
struct SessionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session",
        abstract: "See the sessions of a group, and end one.",
        subcommands: [List.self, Show.self, End.self]
    )

    fileprivate struct Row: Encodable {
        let id: String
        let key: String
        let status: String
        let agent: String
        let otherAgents: [String]
        let visitor: String
        let created: String
        let started: String?
        let ended: String?
        let server: String
        let correlationID: String
        /// What the visitor has agreed to, and which agents came and went; only where one session is shown.
        let history: [Step]?

        struct Step: Encodable {
            let time: String
            let actor: String
            let what: String
        }

        init(_ session: SessionRecord, _ events: [AuditEvent]? = nil) {
            id = session.id
            // A visitor id is not a key that anybody reads out.
            key = session.isKeyless ? "" : session.key.text
            status = "\(session.status)"
            agent = session.agent
            otherAgents = session.otherAgents
            visitor = session.visitor.name
            created = Timestamp.text(session.createdAt)
            started = session.startedAt.map(Timestamp.text)
            ended = session.endedAt.map(Timestamp.text)
            server = session.server
            correlationID = session.correlationID.text
            // A click may have led to more than one session: what is outside this one's time belongs to another.
            let times = session.createdAt...max(session.endedAt ?? .max, session.createdAt)
            history = events?
                .filter { event in
                    [.sessionConsent, .sessionAgents].contains(event.action) && times.contains(event.time / 1000)
                }
                .map { event in
                    let what = event.detail.replacing(", session key \(session.key)", with: "")
                    return Step(time: Timestamp.text(event.time / 1000), actor: event.actor, what: what)
                }
        }

        var text: String {
            [
                ("id", id), ("session key", key), ("status", status), ("agent", agent),
                ("other agents", otherAgents.joined(separator: ", ")), ("visitor", visitor),
                ("created", created), ("started", started ?? ""), ("ended", ended ?? ""), ("server", server),
                ("correlation id", correlationID),
            ]
            .lines
                + (history ?? []).map { "\n" + TerminalText.harmless("\($0.time)  \($0.actor): \($0.what)") }.joined()
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List a group's sessions, the newest first.",
            discussion: """
                Examples:
                  latchkey session list --group 12345
                  latchkey session list --group 12345 --all --json
                """
        )

        @OptionGroup var group: GroupTarget
        @Flag(help: "Include sessions that are over.") var all = false
        @Option(help: "How many: 1 to 1,000.") var limit = 100
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard (1...1000).contains(limit) else {
                throw CommandFailure("--limit is \(limit); it has to be 1 to 1,000")
            }
            let store = try await group.open()
            let query = SessionQuery(isOpen: all ? nil : true, limit: limit)
            try output.print(
                try await store.sessions(matching: query, of: group.id).map { Row($0) },
                columns: [
                    ("ID", { $0.id }), ("KEY", { $0.key }), ("STATUS", { $0.status }), ("AGENT", { $0.agent }),
                    ("VISITOR", { $0.visitor }), ("CREATED", { $0.created }), ("ENDED", { $0.ended ?? "" }),
                ],
                empty: all ? "Group \(group.id) has had no session yet." : "No session of group \(group.id) is open."
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what is known about a session; what was seen in it is not stored.",
            discussion: "Example:\n  latchkey session show 0f3c… --group 12345"
        )

        @OptionGroup fileprivate var target: SessionTarget
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let (store, session) = try await target.open()
            let filter = AuditFilter(correlationID: session.correlationID, partnerID: session.partnerID, limit: 1000)
            let row = Row(session, try await store.auditEvents(filter))
            try output.print(row, text: row.text)
        }
    }

    struct End: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a session: both sides are told within seconds.",
            discussion: "Example:\n  latchkey session end 0f3c… --group 12345"
        )

        @OptionGroup fileprivate var target: SessionTarget
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let (store, session) = try await target.open()
            try await SessionAdministration(store: store, by: Administration.administrator(of: session.partnerID))
                .end(session)
            try output.print(Row(session), text: "Session \(session.id) ends as soon as its server has read this.")
        }
    }
}

/// The session that a command is about, and the store that it is in.
private struct SessionTarget: ParsableArguments {
    @Argument(help: "The session's id, see `latchkey session list`.") var id: String
    @OptionGroup var group: GroupTarget

    /// Opens the store and finds the session.
    ///
    /// - Throws: ``CommandFailure`` for an unknown group or session.
    func open() async throws -> (store: any AccountStore, session: SessionRecord) {
        let store = try await group.open()
        guard let session = try await store.session(id, of: group.id) else {
            throw CommandFailure("group \(group.id) has no session \"\(id)\"; see `latchkey session list --all`")
        }
        return (store, session)
    }
}
