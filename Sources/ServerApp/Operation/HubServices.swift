internal import ServiceLifecycle
internal import Sessions

/// Runs the session server alongside the HTTP server.
struct SessionHubService: Service {
    let hub: SessionHub

    func run() async throws {
        await hub.run()
    }
}

/// Runs presence alongside the HTTP server.
struct PresenceHubService: Service {
    let hub: PresenceHub

    func run() async throws {
        await hub.run()
    }
}
