internal import Accounts
internal import AccountsSQL
internal import LoginKey

/// What is known about everybody whom the credentials of a batch name, read in one round trip.
///
/// Groups are asked for whether they are remembered or not, and for users who are not there another one's row is read, so that the
/// time of an answer does not tell who exists (`docs/threats.md#timing`).
struct AccountLookUp {
    private let writer: WriterState
    private let session: PostgresSession
    private var users: [AccountReference: User] = [:]
    /// The groups that were asked for and are not there.
    private var missingGroups: Set<String>

    /// Begins a transaction and looks everybody up.
    ///
    /// - Throws: ``PostgresError``, and ``AccountsError`` for a row that cannot be read.
    init(of decisions: [any AuthenticationTransaction], writer: WriterState, on connection: PostgresConnection) throws {
        self.writer = writer
        session = PostgresSession(connection: connection)
        let references = decisions.map(\.accountReference)
        let wanted = Wanted(references + references.compactMap(\.otherSpelling))
        let results = try writer.run(wanted.commands, on: connection)
        missingGroups = wanted.groups
        if results.count > 2 {
            writer.caches.refresh(results[1].map { $0.integer(0) }.first ?? -1)
            missingGroups.subtract(results[2].map { $0.string(0) })
        }
        var found = 0
        for result in results.dropFirst(3) where result.rowCount > 0 {
            found += result.rowCount
            for user in try result.map({ try Rows.user($0) }) { Self.remember(user, in: &users) }
            writer.sampleUsers = result
        }
        var others: [AccountReference: User] = [:]
        for _ in min(found, references.count)..<references.count {
            if let user = try writer.sampleUsers?.first({ try Rows.user($0) }) { Self.remember(user, in: &others) }
        }
    }

    /// What is known about the account of a decision; `nil` for an unknown group or user name.
    func snapshot(of decision: any AuthenticationTransaction) throws -> AccountSnapshot? {
        try AccountSnapshot.find(
            decision.accountReference,
            at: decision.seconds,
            findUser: { users[$0] },
            findGroup: { missingGroups.contains($0.text) ? nil : try writer.caches.group($0, in: session) },
            findRole: { try writer.caches.role($0, in: session) }
        )
    }

    private static func remember(_ user: User, in users: inout [AccountReference: User]) {
        users[.person(user.partnerID, user.id)] = user
        users[.username(user.username)] = user
        if let partnerUserID = user.partnerUserID { users[.partner(user.partnerID, partnerUserID)] = user }
    }

    /// The keys to look for, by kind.
    private struct Wanted {
        private(set) var groups: Set<String> = []
        private var partners: [(String, String)] = []
        private var usernames: [String] = []
        private var persons: [(String, Int64)] = []

        init(_ references: [AccountReference]) {
            for reference in references {
                switch reference {
                case .partner(let partnerID, let partnerUserID):
                    groups.insert(partnerID.text)
                    partners.append((partnerID.text, partnerUserID.text))
                case .username(let username): usernames.append(username.text)
                case .person(let partnerID, let id):
                    groups.insert(partnerID.text)
                    persons.append((partnerID.text, id.number))
                }
            }
        }

        /// The beginning of the transaction, the revision, the groups, and the users by each kind of key.
        var commands: [PostgresConnection.Command] {
            var commands = [
                PostgresConnection.Command("BEGIN"), .init("SELECT revision FROM store"),
                .init(
                    "SELECT \(Rows.groupColumns) FROM partner_groups WHERE partner_id = ANY(?::text[])",
                    [PostgresText.array(Array(groups))]
                ),
            ]
            if !partners.isEmpty {
                commands.append(
                    .init(
                        """
                        SELECT \(Rows.userColumns) FROM users JOIN UNNEST(?::text[], ?::text[]) AS wanted (p, u)
                        ON partner_id = p AND partner_user_id = u
                        """,
                        [PostgresText.array(partners.map(\.0)), PostgresText.array(partners.map(\.1))]
                    )
                )
            }
            if !usernames.isEmpty {
                commands.append(
                    .init(
                        "SELECT \(Rows.userColumns) FROM users WHERE username = ANY(?::text[])",
                        [PostgresText.array(usernames)]
                    )
                )
            }
            if !persons.isEmpty {
                commands.append(
                    .init(
                        """
                        SELECT \(Rows.userColumns) FROM users JOIN UNNEST(?::text[], ?::bigint[]) AS wanted (p, i)
                        ON id = i AND partner_id = p
                        """,
                        [PostgresText.array(persons.map(\.0)), PostgresText.array(persons.map(\.1))]
                    )
                )
            }
            return commands
        }
    }
}
