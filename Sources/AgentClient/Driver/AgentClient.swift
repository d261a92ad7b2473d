package import Foundation
package import LocalIPC
internal import NIOSSL
internal import Synchronization
internal import SystemSupport

/// The client: the state machine and everything that it acts through.
///
/// Callers change the machine under a lock; what it wants done is carried out in order
/// by ``run()``.
package final class AgentClient: Sendable {
    /// The version, as the page shows it.
    package static let version = ProductVersion.text

    let files: ClientFiles
    let service: WebServiceClient
    let log: ClientLog
    let tls: TLSConfiguration
    private let environment: [String: String]
    private let machine = Mutex(ClientStateMachine())
    let connection = Mutex<SessionConnection?>(nil)
    /// How much is being done in the background.
    private let unfinished = Mutex(0)
    let watchers = Watchers()
    let desktop: Desktop
    private let actions: AsyncStream<ClientAction>
    private let continuation: AsyncStream<ClientAction>.Continuation

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - files: Where its files are.
    ///   - environment: What the desktop has put there.
    ///   - programFolder: Where the window's program is.
    /// - Throws: ``ClientError`` for files that it cannot use.
    package init(files: ClientFiles, environment: [String: String], programFolder: URL) throws {
        let configuration = try ClientConfiguration(files)
        var tls = TLSConfiguration.makeClientConfiguration()
        if let file = configuration.certificateAuthorityFile {
            tls.additionalTrustRoots = [.file(file)]
        }
        self.files = files
        self.environment = environment
        self.tls = tls
        self.log = ClientLog(file: files.log)
        self.service = WebServiceClient(
            keys: try ClientKeyPair(file: files.key),
            version: Self.version,
            tls: tls
        )
        self.desktop = Desktop(environment: environment, programFolder: programFolder)
        (self.actions, self.continuation) = AsyncStream.makeStream()
    }

    /// Runs until somebody says `quit`.
    ///
    /// - Parameter listener: Where the launcher, the window and the commands connect.
    package func run(_ listener: IPCListener) async {
        log.write("started, version \(Self.version)")
        Thread.detachNewThread { self.serve(listener) }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.keepTime() }
            for await action in actions {
                if action == .quit { break }
                carryOut(action) { work in
                    unfinished.withLock { $0 += 1 }
                    group.addTask {
                        await work()
                        self.unfinished.withLock { $0 -= 1 }
                    }
                }
            }
            // Nothing is accepted that would not be carried out.
            listener.stop()
            await finish()
            group.cancelAll()
        }
        await service.shutDown()
        watchers.close()
        desktop.close()
        log.write("ended")
    }

    /// Lets what was begun come to its end, such as saying goodbye to the session server, but not for long.
    private func finish() async {
        connection.withLock { $0?.close() }
        let deadline = ContinuousClock.now + .seconds(2)
        while unfinished.withLock({ $0 }) > 0, ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Leaves the session and ends.
    package func quit() {
        change { machine, _ in machine.quit() }
    }

    /// How things are, as JSON.
    var statusJSON: String {
        Self.json(machine.withLock { status(of: $0) })
    }

    private func status(of machine: ClientStateMachine) -> ClientStatus {
        ClientStatus(
            machine,
            version: Self.version,
            clientKey: service.keys.publicKey,
            processID: ProcessInfo.processInfo.processIdentifier
        )
    }

    private static func json(_ status: ClientStatus) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(status)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}

// MARK: The machine

extension AgentClient {
    /// Changes the machine, does what it wants, and returns its answer.
    @discardableResult
    func consult<Value: Sendable>(
        _ body: (inout ClientStateMachine, Int64) -> (Value, [ClientAction])
    ) -> Value {
        let value = machine.withLock { machine in
            let (value, actions) = body(&machine, Self.now)
            for action in actions {
                continuation.yield(action)
            }
            return value
        }
        watchers.tell { self.statusJSON }
        return value
    }

    /// Changes the machine and does what it wants.
    func change(_ body: (inout ClientStateMachine, Int64) -> [ClientAction]) {
        consult { machine, now in ((), body(&machine, now)) }
    }

    static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

    func machineConfiguration() throws -> ClientStateMachine.Configuration {
        let configuration = try ClientConfiguration(files)
        return ClientStateMachine.Configuration(
            servers: configuration.servers.compactMap { ServerAddress($0) },
            questions: configuration.questions ?? .ask,
            accepted: AcceptedGroups(file: files.groups).read()
        )
    }

    /// How often the machine is asked what is due.
    private static let tick = Duration.milliseconds(200)
    /// A pause this long between two ticks means that the computer has slept, in milliseconds.
    private static let sleepMilliseconds: Int64 = 5000

    private func keepTime() async {
        var last = Self.now
        while (try? await Task.sleep(for: Self.tick)) != nil {
            let now = Self.now
            let hasSlept = now - last > Self.sleepMilliseconds
            last = now
            let actions = machine.withLock { machine in
                let actions = hasSlept ? machine.resumed(at: now) : machine.tick(at: now)
                for action in actions {
                    continuation.yield(action)
                }
                return actions
            }
            if !actions.isEmpty { watchers.tell { self.statusJSON } }
        }
    }
}
