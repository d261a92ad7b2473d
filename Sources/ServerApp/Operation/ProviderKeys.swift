internal import Accounts
internal import Authentication
internal import Logging
internal import ServiceLifecycle

/// Reads the keys of all identity providers again every hour, and when settings are.
///
/// A provider that is slow or down delays nobody: its known keys stay in use.
struct ProviderKeys: Service {
    private static let pause = Duration.seconds(3600)

    let store: any AccountStore
    let refresher: KeySetRefresher
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: Self.pause)) != nil { await refresh() }
        }
    }

    /// Reads them now; a provider that was asked within the last minute is not asked again.
    func refresh() async {
        do {
            for group in try await store.groups() {
                for provider in try await store.identityProviders(of: group.partnerID) {
                    _ = await refresher.refreshed(
                        provider,
                        at: TimeSource.system.milliseconds,
                        RandomSource.system.correlationID()
                    )
                }
            }
        } catch {
            logger.error("identity providers could not be looked up", metadata: ["error": "\(error)"])
        }
    }
}
