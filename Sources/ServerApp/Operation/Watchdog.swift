internal import ServiceLifecycle
internal import SystemSupport

/// Tells the service manager that the process is well, twice as often as it wants to be told, and when it begins to stop.
struct Watchdog: Service {
    let manager: ServiceManager

    func run() async throws {
        await withGracefulShutdownHandler {
            try? await cancelWhenGracefulShutdown {
                while let interval = manager.watchdogMicroseconds {
                    manager.alive()
                    try await ContinuousClock().sleep(for: .microseconds(interval / 2))
                }
                try await gracefulShutdown()
            }
        } onGracefulShutdown: { [manager] in
            manager.stopping()
        }
    }
}
