import Accounts
import Logging
import Synchronization
import Testing

@testable import Mail

@Suite struct OutboxTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
    }

    private struct LineHandler: LogHandler {
        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.all.withLock { $0.append("\(event.message) \(event.metadata ?? [:])") }
        }
    }

    private let lines = Lines()

    private func outbox(_ server: ScriptedServer, _ limits: Outbox.Limits) throws -> Outbox {
        Outbox(
            client: MailClient(
                server: try #require(MailServer(url: "smtp://127.0.0.1:\(server.port)")),
                as: "localhost"
            ),
            from: try #require(Mailbox(parsing: "noreply@support.example")),
            limits: limits,
            time: TimeSource { 1_700_000_000_000 },
            random: RandomSource { UInt64.random(in: 0 ... .max) },
            logger: Logger(label: "test") { [lines] _ in LineHandler(lines: lines) }
        )
    }

    private func limits(_ pauses: Int = 2) -> Outbox.Limits {
        var limits = Outbox.Limits()
        limits.pauses = Array(repeating: .milliseconds(20), count: pauses)
        return limits
    }

    private func letter(_ subject: String = "Hello") throws -> Outbox.Letter {
        Outbox.Letter(
            to: try #require(MailAddress("dana@acme.example")),
            subject: subject,
            text: "https://secret.example/"
        )
    }

    /// Sends letters while the outbox runs, and returns what became of them.
    private func outcomes(_ outbox: Outbox, _ count: Int) async throws -> [MailError?] {
        let (stream, continuation) = AsyncStream<MailError?>.makeStream()
        let running = Task { await outbox.run() }
        for index in 0..<count {
            let isTaken = outbox.send(try letter("Number \(index)"), correlationID: .none) { continuation.yield($0) }
            #expect(isTaken)
        }
        var found: [MailError?] = []
        for await error in stream {
            found.append(error)
            if found.count == count { break }
        }
        running.cancel()
        await running.value
        return found
    }

    @Test func `sends all that it was given`() async throws {
        let server = try await ScriptedServer()
        #expect(try await outcomes(outbox(server, limits()), 20).allSatisfy { $0 == nil })
        #expect(Set(server.lines.filter { $0.hasPrefix("Subject: ") }).count == 20)
        #expect(Set(server.lines.filter { $0.hasPrefix("Message-ID: ") }).count == 20)
    }

    @Test func `tries again what was not taken for now, as the same mail, and gives up in the end`() async throws {
        let server = try await ScriptedServer(
            ScriptedServer.Script(answers: [".": "451 4.3.0 dana@acme.example later\r\n"])
        )
        let outcomes = try await outcomes(outbox(server, limits(2)), 1)
        #expect(outcomes == [MailError(.refusedForNow, .message, "")])
        let ids = server.lines.filter { $0.hasPrefix("Message-ID: ") }
        #expect(ids.count == 3 && Set(ids).count == 1)
        let log = lines.all.withLock { $0 }
        #expect(log.count == 3 && log.last?.contains("given up") == true)
        #expect(log.allSatisfy { $0.contains("refusedForNow at message: 451 4.3.0") })
        #expect(log.allSatisfy { !$0.contains("dana") && !$0.contains("secret") })
    }

    @Test func `does not try again what was refused`() async throws {
        let server = try await ScriptedServer(ScriptedServer.Script(answers: ["RCPT": "550 5.1.1 no\r\n"]))
        #expect(try await outcomes(outbox(server, limits(5)), 1) == [MailError(.refused, .recipient, "")])
        #expect(server.commands.filter { $0 == "RCPT" }.count == 1)
    }

    @Test func `takes only so many, and holds no more connections than it may`() async throws {
        let server = try await ScriptedServer(ScriptedServer.Script(greeting: nil))
        var limits = limits()
        (limits.capacity, limits.connections) = (3, 1)
        let outbox = try outbox(server, limits)
        for isTaken in [true, true, true, false] {
            #expect(try outbox.send(letter(), correlationID: .none) == isTaken)
        }
        #expect(lines.all.withLock { $0.count { $0.contains("too many mails wait") } } == 1)
        // It ends although the server says nothing, and says what is lost.
        let running = Task { await outbox.run() }
        try await server.isReached()
        running.cancel()
        await running.value
        #expect(lines.all.withLock { $0.last?.contains("mails were not sent before the end [\"count\": 3]") == true })
    }
}
