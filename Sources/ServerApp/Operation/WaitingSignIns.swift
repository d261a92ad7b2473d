internal import Authentication
internal import ServiceLifecycle

/// Gives up the sign-ins that wait for their turn once the server is told to stop: a thousand passwords take minutes.
struct WaitingSignIns: Service {
    let authenticator: Authenticator

    func run() async throws {
        try await gracefulShutdown()
        authenticator.stop()
    }
}
