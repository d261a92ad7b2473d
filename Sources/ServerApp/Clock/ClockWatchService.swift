internal import ServiceLifecycle

/// Looks at the clock every few seconds.
struct ClockWatchService: Service {
    let watch: ClockWatch

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: .seconds(5))) != nil { _ = watch.look() }
        }
    }
}
