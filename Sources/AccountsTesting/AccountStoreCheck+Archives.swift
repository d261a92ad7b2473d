internal import Accounts
internal import LoginKey
internal import Testing
internal import WireProtocol

extension AccountStoreCheck {
    static let archives = [
        Self("removes archived rows of the audit, and still checks those that remain") { store in
            let rows = try await fill(store, 10)
            let last = AuditHead(id: rows[5].id, hash: rows[5].hash)
            await #expect(throws: AccountsError(code: .inUse, message: "")) {
                try await store.removeAuditRows(upTo: last, recording: nil)
            }
            _ = try await store.sealAudit(ifOlderThan: 0)
            try await store.removeAuditRows(upTo: last, recording: Sample.event("archived"))
            #expect(try await store.archivedAudit() == [last])
            let found = try await store.verifyAudit(lookingFor: last.hash)
            #expect(found.firstBroken == nil && found.hasNoted && found.archived == [last])
            #expect(found.rows == 5)
            let left = try await store.auditRows(after: 0, limit: 100)
            #expect(left.filter { $0.event.detail != "archived" } == Array(rows[6...]))
            try await store.append([Sample.event()])
            let further = AuditHead(id: rows[7].id, hash: rows[7].hash)
            try await store.removeAuditRows(upTo: further, recording: nil)
            #expect(try await store.archivedAudit() == [further])
            #expect(try await store.verifyAudit().firstBroken == nil)
        },
        Self("removes no row that is another than the archived one, and not the newest") { store in
            let rows = try await fill(store, 4)
            _ = try await store.sealAudit(ifOlderThan: 0)
            let wrong = AuditHead(id: rows[1].id, hash: rows[2].hash)
            await #expect(throws: AccountsError(code: .notFound, message: "")) {
                try await store.removeAuditRows(upTo: wrong, recording: Sample.event())
            }
            let newest = AuditHead(id: rows[3].id, hash: rows[3].hash)
            await #expect(throws: AccountsError(code: .inUse, message: "")) {
                try await store.removeAuditRows(upTo: newest, recording: nil)
            }
            #expect(try await store.auditRows(after: 0, limit: 100) == rows)
            #expect(try await store.archivedAudit().isEmpty)
        },
    ]

    static let checkpoints = [
        Self("writes a checkpoint where the audit has changed, and counts them") { store in
            #expect(try await store.sealAudit(ifOlderThan: 0).checkpoint == nil)
            let rows = try await fill(store, 3)
            let first = try #require(try await store.sealAudit(ifOlderThan: 0).checkpoint)
            #expect(first.number == 1 && first.isFull)
            #expect(first.heads == [AuditHead(id: rows[2].id, hash: rows[2].hash)])
            #expect(try await store.sealAudit(ifOlderThan: 0).checkpoint == nil)
            try await store.append([Sample.event()])
            #expect(try await store.verifyAudit().uncovered == 1)
            #expect(try await store.sealAudit(ifOlderThan: 600_000).checkpoint == nil)
            let second = try #require(try await store.sealAudit(ifOlderThan: 0).checkpoint)
            #expect(second.number == 2 && second.previous == first.hash)
            let found = try await store.verifyAudit(lookingFor: first.hash)
            #expect(found.isSound && found.hasNoted && found.checkpoints == 2 && found.uncovered == 0)
            #expect(found.newestCheckpoint == second)
        }
    ]

    static let purging = [
        Self("forgets sessions that ended long ago, and no others") { store in
            try await Sample.makeGroup(store)
            let ends: [(String, Int64?)] = [("old", Sample.now), ("new", Sample.now + 2 * 86_400), ("open", nil)]
            for (id, ended) in ends {
                var session = try Sample.session(id, id: id)
                try await store.createSession(session, recording: Sample.event())
                guard let ended else { continue }
                session.status = .completed
                session.endedAt = ended
                try await store.updateSession(session, recording: Sample.event())
            }
            let later = Sample.now + SessionRecord.retention + 86_400
            let event = try Sample.event()
            _ = try await store.evaluate(on: .username(Username(parsing: "joe")), at: later) { _ in
                Evaluation(outcome: .init(value: true, event: event))
            }
            let left = try await store.sessions(matching: SessionQuery(), of: Sample.partnerID())
            #expect(Set(left.map(\.id)) == ["new", "open"])
        }
    ]

    /// Writes events into one chain, and returns their rows.
    private static func fill(_ store: any AccountStore, _ count: Int) async throws -> [AuditRow] {
        try await store.append((0..<count).map { try Sample.event("event \($0)") })
        let rows = try await store.auditRows(after: 0, limit: 100)
        #expect(rows.count == count)
        return rows
    }
}
