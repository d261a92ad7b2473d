internal import Accounts
internal import GRDB
internal import LoginKey

/// One transaction that several callers share.
struct BatchContext {
    let database: Database
    private let caches: BatchCaches

    init(database: Database, caches: BatchCaches) throws {
        self.database = database
        self.caches = caches
        try caches.begin(database)
    }

    func inSavepoint(_ body: () throws -> Void) throws {
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
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            return .failure(AccountsError(code: .alreadyExists, message: "it exists already", cause: error))
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
    func snapshot(of key: AccountKey, at now: Int64) throws -> AccountSnapshot? {
        let user = try Rows.user(key, with: caches.statements)
        let partnerID: PartnerID? =
            switch key {
            case .partner(let partnerID, _), .person(let partnerID, _): partnerID
            case .username: user?.partnerID
            }
        guard let partnerID, let entry = try caches.group(partnerID, in: database) else { return nil }
        let role = try user?.roleID.flatMap { try caches.role($0.number, in: database) }
        return AccountSnapshot(
            group: entry.group,
            apiKeys: entry.apiKeys.filter { $0.isRemembered(at: now) },
            user: user,
            role: role
        )
    }

    /// A role of a group; `nil` if it has none with this id.
    func role(_ id: Role.ID, of partnerID: PartnerID) throws -> Role? {
        guard let role = try caches.role(id.number, in: database), role.partnerID == partnerID else { return nil }
        return role
    }

    func carryOut<Verdict>(_ ruling: Ruling<Verdict>, at now: Int64) throws -> Verdict {
        var finding = ruling.finding
        if let spend = ruling.spend, try !self.spend(spend.key, at: now) {
            finding = spend.otherwise
        }
        try append(finding.event)
        if let id = ruling.usedAPIKey, caches.shouldNoteUse(of: id, at: now) {
            try database.cachedStatement(sql: "UPDATE api_keys SET last_used_at = ? WHERE id = ?")
                .execute(arguments: [now, id.number])
        }
        try purgeSpentKeys(at: now)
        return finding.verdict
    }

    func append(_ event: AuditEvent) throws {
        // SQLite's texts end at a NUL: what is hashed has to be what is kept.
        var event = event
        event.actor.unicodeScalars.removeAll { $0 == "\0" }
        event.detail.unicodeScalars.removeAll { $0 == "\0" }
        try Rows.insert(event, hash: caches.chain.append(event), with: caches.statements.insertEvent)
    }

    /// Uses a credential up; `false` if it was used up before.
    private func spend(_ key: SpentKey, at now: Int64) throws -> Bool {
        let identity = HotStatement.Value.blob(key.identity)
        try caches.statements.spend.run(.integer(key.forgetAt), identity, .integer(now))
        guard database.changesCount == 0 else { return true }
        let firstUse = try caches.statements.firstUse.first(.integer(key.forgetAt), identity) { $0.integer(0) }
        guard let firstUse else { return false }
        return now < firstUse + key.window
    }

    private func purgeSpentKeys(at now: Int64) throws {
        guard now >= caches.lastPurge + 60 else { return }
        caches.lastPurge = now
        try database.cachedStatement(sql: "DELETE FROM spent_keys WHERE forget_at < ?").execute(arguments: [now])
    }
}
