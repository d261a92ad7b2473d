internal import Accounts
internal import AccountsSQL
internal import GRDB
internal import LoginKey

/// One transaction that several callers share.
struct BatchContext: SQLTransaction {
    let database: Database
    let caches: BatchCaches

    init(database: Database, caches: BatchCaches) throws {
        self.database = database
        self.caches = caches
        try caches.begin(database)
    }

    var connection: SQLiteConnection { SQLiteConnection(database: database) }

    var dialect: SQLDialect { .sqlite }

    func execute(_ statement: SQLStatement, _ arguments: SQLArguments) throws -> Int {
        try connection.execute(statement, arguments)
    }

    func fetch<Value>(_ statement: SQLStatement, _ arguments: SQLArguments, _ read: RowReader<Value>) throws -> [Value]
    {
        try connection.fetch(statement, arguments, read)
    }

    private func inSavepoint(_ body: () throws -> Void) throws {
        let chain = caches.chain
        do {
            try database.inSavepoint {
                try body()
                return .commit
            }
        } catch {
            caches.forget()
            caches.chain = chain
            throw error
        }
    }

    /// Runs work in a savepoint; what it is refused for is a value, and an error of the store ends the batch.
    func isolated<Value>(_ body: () throws -> Value) throws -> Result<Value, AccountsError> {
        var value: Value?
        do {
            try inSavepoint { value = try body() }
        } catch let error as AccountsError {
            return .failure(error)
        } catch let violation as SQLConstraintViolation {
            return .failure(.alreadyExists(violation))
        }
        return value.map(Result.success) ?? .failure(.unavailable(nil))
    }

    /// Makes all processes read groups, keys and roles anew.
    func raiseRevision() throws {
        try database.execute(sql: "UPDATE store SET revision = revision + 1")
        try caches.refresh(database)
    }
}

extension BatchContext {
    func snapshot(of key: AccountReference, at now: Int64) throws -> (AccountSnapshot?, LookUpWork) {
        let statements = try caches.statements
        var work = LookUpWork()
        let snapshot = try AccountSnapshot.find(
            key,
            at: now,
            findUser: { key in
                let user = try statements.user(key)
                work.userQueries += 1
                if user != nil { work.userRows += 1 }
                return user
            },
            findGroup: { partnerID in
                if !caches.remembers(partnerID) { work.groupQueries += 1 }
                return try caches.group(partnerID, in: database)
            },
            findRole: { try caches.role($0, in: database) }
        )
        return (snapshot, work)
    }

    /// A role of a group; `nil` if it has none with this id.
    func role(_ id: Role.ID, of partnerID: PartnerID) throws -> Role? {
        guard let role = try caches.role(id.number, in: database), role.partnerID == partnerID else { return nil }
        return role
    }

    /// Lets a transaction decide, and writes down what it says.
    ///
    /// - Returns: Why this one could not be evaluated, such as a secret that does not open; nothing was written then.
    /// - Throws: An error of the database.
    func perform(_ transaction: any AuthenticationTransaction) throws -> AccountsError? {
        let now = transaction.seconds
        let reference = transaction.accountReference
        let (known, work): (AccountSnapshot?, LookUpWork)
        do {
            (known, work) = try snapshot(of: reference, at: now)
        } catch let error as AccountsError {
            return error
        }
        let record = transaction.evaluate(on: known)
        if record.event.outcome == .refused { try makeUp(for: work, of: reference) }
        if try !spend(record, at: now) || !use(record.usedSecurityKey, at: now) {
            try append(transaction.evaluateSpentCredential())
        } else {
            try append(record.event)
            if let launch = record.launch { try update(launch, at: now) }
        }
        if let id = record.usedAPIKey, caches.shouldNoteUse(of: id, at: now) {
            try database.cachedStatement(sql: "UPDATE api_keys SET last_used_at = ? WHERE id = ?")
                .execute(arguments: [now, id.number])
        }
        try purge(at: now)
        return nil
    }

    func append(_ event: AuditEvent) throws {
        var event = event
        event.actor = Self.withoutNUL(event.actor)
        event.detail = Self.withoutNUL(event.detail)
        try caches.statements.insert(event, hash: caches.chain.append(event))
    }

    /// SQLite's texts end at a NUL: what is hashed has to be what is kept.
    private static func withoutNUL(_ text: String) -> String {
        text.utf8.contains(0) ? String(text.unicodeScalars.filter { $0 != "\0" }) : text
    }

    /// Writes the use of a security key down; `false` if it has gone, or its counter does not go on.
    private func use(_ key: SecurityKey.Use?, at now: Int64) throws -> Bool {
        guard let key else { return true }
        return try write(key, at: now)
    }

    /// Uses up what a decision uses up; `false` if any of it was used up before.
    private func spend(_ record: TransactionRecord, at now: Int64) throws -> Bool {
        guard let key = record.spends else { return true }
        let isFresh = try spend(key, at: now)
        guard let other = record.alsoSpends else { return isFresh }
        return try spend(other, at: now) && isFresh
    }

    /// Uses a credential up; `false` if it was used up before.
    private func spend(_ key: SpentCredential, at now: Int64) throws -> Bool {
        try caches.statements.spend.run { values in
            values.bind(key.forgetAt)
            values.bind(key.identity)
            values.bind(now)
        }
        guard database.changesCount == 0 else { return true }
        let firstUse = try caches.statements.firstUse.first(
            { values in
                values.bind(key.forgetAt)
                values.bind(key.identity)
            },
            read: { $0.integer(0) }
        )
        guard let firstUse else { return false }
        return key.isReusable(at: now, firstUse: firstUse)
    }

    /// Forgets what was used up, and what was over, long ago: by the store's own clock and by the machine's, which may jump
    /// ahead and back (`docs/threats.md#replay`).
    private func purge(at now: Int64) throws {
        let clock = caches.clock.seconds
        guard clock >= caches.lastPurge + 60 else { return }
        caches.lastPurge = clock
        try database.cachedStatement(sql: "UPDATE store SET clock = max(clock, ?)").execute(arguments: [clock])
        try database.cachedStatement(sql: "DELETE FROM spent_keys WHERE forget_at < ?")
            .execute(arguments: [min(clock, now)])
        try database.cachedStatement(sql: "DELETE FROM launches WHERE forget_at < ?")
            .execute(arguments: [min(clock, now)])
        try database.cachedStatement(sql: "DELETE FROM sessions WHERE is_open = 0 AND ended_at < ?")
            .execute(arguments: [min(clock, now) - SessionRecord.retention])
        try database.cachedStatement(
            sql: """
                DELETE FROM user_changes WHERE position IN
                (SELECT position FROM user_changes WHERE changed_at < ? LIMIT 5000)
                """
        )
        .execute(arguments: [min(clock, now) - RightsCursor.retention])
    }
}
