internal import Logging
internal import ServiceLifecycle
internal import UnixSignals

/// Reads certificates and settings again when the process is told to (SIGHUP); live sessions notice nothing.
struct HangUps: Service {
    let logger: Logger
    let reload: @Sendable () async throws -> Void

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            do {
                try await reload()
                logger.notice(
                    "certificate, log level and limits were read again; the keys of identity providers follow"
                )
            } catch {
                logger.error("nothing was changed: what was read again is not valid", metadata: ["error": "\(error)"])
            }
        }
    }
}
