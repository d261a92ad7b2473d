internal import Synchronization
internal import WireProtocol

/// What was fetched a moment ago: several agents, and several pages, show the same.
final class PublicAssetCache: Sendable {
    /// How long an asset is kept.
    static let lifetime = Duration.seconds(60)
    /// The most bytes of all assets together.
    static let maximumByteCount = 32 * 1024 * 1024

    private struct State {
        var assets: [String: (asset: PublicAsset, until: ContinuousClock.Instant)] = [:]
        var byteCount = 0
    }

    private let state = Mutex(State())

    /// The asset of an address, if it is still good.
    func asset(_ address: String, at now: ContinuousClock.Instant) -> PublicAsset? {
        state.withLock { state in
            guard let found = state.assets[address], found.until > now else { return nil }
            return found.asset
        }
    }

    /// Keeps an asset if there is room.
    func keep(_ asset: PublicAsset, of address: String, at now: ContinuousClock.Instant) {
        state.withLock { state in
            for (old, entry) in state.assets where entry.until <= now || old == address {
                state.byteCount -= entry.asset.bytes.count
                state.assets[old] = nil
            }
            guard state.byteCount + asset.bytes.count <= Self.maximumByteCount else { return }
            state.byteCount += asset.bytes.count
            state.assets[address] = (asset, now + Self.lifetime)
        }
    }
}
