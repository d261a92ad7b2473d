internal import Glibc
internal import LocalIPC
internal import SystemSupport

/// Connects to the client, and starts it first if none runs.
struct ClientStart {
    let folder: IPCFolder
    let program: ProgramFile

    /// How long a client may take until it listens, in milliseconds.
    private static let patience = 10_000
    private static let interval = 4

    /// Of two launchers at once one starts the client, and the other one finds it.
    func connect() throws -> IPCConnection {
        if let connection = try connectIfRunning() { return connection }
        let lock = try folder.lockForStart()
        defer { _ = lock }
        if let connection = try connectIfRunning() { return connection }
        var client = try start()
        for _ in 0..<(Self.patience / Self.interval) {
            if let connection = try connectIfRunning() { return connection }
            switch client.ending {
            case nil: break
            // Another client was there, but does not answer any more: it is about to end.
            case .exited(0): client = try start()
            default: throw LauncherError.clientDidNotStart
            }
            usleep(UInt32(Self.interval * 1000))
        }
        throw LauncherError.clientDidNotStart
    }

    /// Starts the client, which goes on alone.
    private func start() throws(LauncherError) -> ChildProcess {
        do {
            return try ChildProcess(program.sibling("latchkey-client"), ["run"], hasOwnSession: true)
        } catch {
            throw .clientDidNotStart
        }
    }

    private func connectIfRunning() throws(LocalIPCError) -> IPCConnection? {
        do {
            return try IPCConnection(to: folder)
        } catch .notRunning {
            return nil
        }
    }
}
