internal import Logging
internal import ServiceLifecycle
internal import UnixSignals

/// Keeps a hang-up signal from ending the server, which it would do by default.
///
/// Nothing is read anew yet: certificates and settings count from the next start.
struct HangUps: Service {
    let logger: Logger

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            logger.warning("SIGHUP is ignored: certificates and settings are read when the server starts")
        }
    }
}
