internal import Glibc
internal import Handoff

/// Connects to the client, and starts it first if none runs.
struct ClientStart {
    let folder: HandoffFolder
    let program: ProgramFile

    /// How long a client may take until it listens, in milliseconds.
    private static let patience = 10_000
    private static let interval = 2

    /// Of two launchers at once one starts the client, and the other one finds it.
    func connect() throws -> HandoffConnection {
        if let connection = try connectIfRunning() { return connection }
        let lock = try FileLock(folder.startLockPath, isWaiting: true)
        defer { _ = lock }
        if let connection = try connectIfRunning() { return connection }
        guard let client = ChildProcess.startDetached(program.sibling("latchkey-client"), ["run"]) else {
            throw LauncherError.clientDidNotStart
        }
        for _ in 0..<(Self.patience / Self.interval) {
            if let connection = try connectIfRunning() { return connection }
            // It has nothing to do if another one was faster; then that one answers now.
            if ChildProcess.hasEnded(client) { break }
            usleep(UInt32(Self.interval * 1000))
        }
        if let connection = try connectIfRunning() { return connection }
        throw LauncherError.clientDidNotStart
    }

    private func connectIfRunning() throws(HandoffError) -> HandoffConnection? {
        do {
            return try HandoffConnection(to: folder)
        } catch .notRunning {
            return nil
        }
    }
}
