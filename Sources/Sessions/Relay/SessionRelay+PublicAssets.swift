internal import NIOCore
internal import Synchronization
internal import WireProtocol

extension SessionRelay {
    /// What an agent waits for.
    struct PublicAssetWork: Sendable {
        let request: PublicAssetRequest
        let connection: ParticipantConnection
        let relay: SessionRelay

        /// Fetches and answers; what the session's page does not name is not fetched.
        func carryOut(_ fetch: @Sendable (_ address: String) async -> PublicAsset?) async {
            let asset = isNamed ? await fetch(request.address) : nil
            relay.answer(request, asset, to: connection)
        }

        /// Whether the page names it as it is now; no older one is kept for this.
        private var isNamed: Bool { relay.state.withLock { $0.page.frames }.name(request.address) }
    }

    /// Takes an agent's request for a public asset; more than ``PublicAssetRequest/maximumCount`` at once are answered with
    /// nothing.
    func request(_ frame: ByteBuffer, from agent: Agent, _ state: inout State) {
        guard let onPublicAsset, let request = PublicAssetRequest(frame) else { return }
        guard agent.fetching < PublicAssetRequest.maximumCount else {
            return request.answer(nil).forEach(agent.connection.write)
        }
        change(agent.connection, by: 1, &state)
        onPublicAsset(
            PublicAssetWork(request: request, connection: agent.connection, relay: self)
        )
    }

    /// Sends an asset to the agent who asked for it, if still there; one who reads too slowly gets nothing.
    private func answer(_ request: PublicAssetRequest, _ asset: PublicAsset?, to connection: ParticipantConnection) {
        update { state in
            guard state.agents.contains(where: { $0.connection === connection }) else { return }
            change(connection, by: -1, &state)
            let isSlow = connection.pendingDataBytes >= Watermark.maximum
            request.answer(isSlow ? nil : asset).forEach(connection.write)
        }
    }

    private func change(_ connection: ParticipantConnection, by count: Int, _ state: inout State) {
        guard let index = state.agents.firstIndex(where: { $0.connection === connection }) else { return }
        state.agents[index].fetching += count
    }
}
