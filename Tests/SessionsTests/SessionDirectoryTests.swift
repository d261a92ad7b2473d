import Accounts
import AccountsSQL
import AccountsSQLite
import LoginKey
import ServiceTokens
import Sessions
import Synchronization
import TestSupport
import Testing
import WireProtocol

/// Random keys of sessions have eight digits: of some thousand open ones, two can be the same.
@Suite struct SessionDirectoryTests {
    private static let time: Int64 = 1_700_000_000_000

    private static func correlationID() -> CorrelationID {
        var generator = SystemRandomNumberGenerator()
        return CorrelationID(using: &generator)
    }

    private static func requester() -> SessionDirectory.SessionRequester {
        SessionDirectory.SessionRequester(
            role: .visitor,
            participant: "noor",
            name: "Noor",
            time: time,
            correlationID: correlationID(),
            source: "127.0.0.1"
        )
    }

    @Test func `a random key that is taken is followed by another, one that was asked for is not`() async throws {
        let folder = try TemporaryFolder()
        let masterKey = try MasterKey(bytes: [UInt8](repeating: 1, count: 32))
        let store = try SQLiteAccountStore(path: folder.path + "/latchkey.sqlite", masterKey: masterKey)
        let partnerID = try PartnerID(parsing: "12345")
        let event = AuditEvent(
            time: Self.time,
            correlationID: Self.correlationID(),
            action: .authenticate,
            outcome: .granted
        )
        try await store.createGroup(Group(partnerID: partnerID, name: "Office"), recording: event)
        let signers = try await TokenSigners(masterKey: masterKey)
        let servers = SessionServers(SessionServerRecord(name: "main", url: "ws://main/session", epoch: "1"))
        func directory(_ random: RandomSource) -> SessionDirectory {
            SessionDirectory(store: store, signers: signers, servers: servers, random: random)
        }
        let drawn = Mutex<[UInt64]>([])
        let first = try await directory(
            RandomSource {
                let number = UInt64.random(in: 0 ... .max)
                drawn.withLock { $0.append(number) }
                return number
            }
        )
        .open(nil, kind: .cobrowse, in: partnerID, by: Self.requester())
        // The same numbers again, but for the session's id.
        let again = Mutex(drawn.withLock(\.self).map { $0 &+ 1 }.prefix(1) + drawn.withLock(\.self).dropFirst())
        let replay = RandomSource {
            again.withLock { $0.isEmpty ? nil : $0.removeFirst() } ?? UInt64.random(in: 0 ... .max)
        }
        let second = try await directory(replay).open(nil, kind: .cobrowse, in: partnerID, by: Self.requester())
        let isReplayed = again.withLock { $0.isEmpty }
        #expect(isReplayed)
        #expect(second.session.key != first.session.key)
        #expect(second.session.id != first.session.id)
        let error = await #expect(throws: AccountsError.self) {
            try await directory(replay).open(first.session.key, kind: .cobrowse, in: partnerID, by: Self.requester())
        }
        #expect(error?.code == .alreadyExists)
    }
}
