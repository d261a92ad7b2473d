package import LoginKey
internal import Synchronization
internal import WireCodec

/// Limits how often a source may ask about groups that do not exist, so that groups cannot be listed.
///
/// A source that has asked about an existing group may go on asking about it, whatever others at the same address do.
package final class GroupQuestions: Sendable {
    private static let maximumSources = 20_000
    private static let rememberedGroups = 8

    private struct State {
        /// The groups that a source found most recently, newest first.
        var found: [String: [PartnerID]] = [:]
        /// Sources in the order in which they came.
        var order: [String] = []
    }

    let budget: RateLimiter
    private let state = Mutex(State())

    /// Makes a budget for each source.
    package init(_ rate: RateLimiter.Rate = RateLimiter.Rate(burst: 60, perSecond: 0.2)) {
        budget = RateLimiter(rate)
    }

    /// Looks up a group; one that does not exist costs the source a question.
    ///
    /// - Parameters:
    ///   - partnerID: The group.
    ///   - source: Who asks, an address.
    ///   - milliseconds: Now, in Unix milliseconds.
    ///   - lookUp: Looks it up.
    /// - Returns: What `lookUp` returned.
    /// - Throws: ``AnswerError/tooManyRequests`` for a source that has asked about too many groups; what `lookUp` throws.
    package func find<Value>(
        _ partnerID: PartnerID,
        from source: String,
        at milliseconds: Int64,
        _ lookUp: (PartnerID) async throws -> Value?
    ) async throws -> Value? {
        let name = SourceNetwork.name(of: source)
        let isKnown = state.withLock { $0.found[name]?.contains(partnerID) ?? false }
        guard !isKnown else { return try await lookUp(partnerID) }
        // Taken first and given back, so that many questions at once count too.
        guard budget.take(source, at: milliseconds) else { throw AnswerError.tooManyRequests }
        guard let value = try await lookUp(partnerID) else { return nil }
        budget.giveBack(source)
        state.withLock { Self.remember(partnerID, of: name, in: &$0) }
        return value
    }

    private static func remember(_ partnerID: PartnerID, of name: String, in state: inout State) {
        if state.found[name] == nil {
            state.order.append(name)
            if state.order.count > maximumSources {
                // A tenth at once: removing the first of a long list moves all others.
                let oldest = state.order.prefix(maximumSources / 10)
                for source in oldest { state.found[source] = nil }
                state.order.removeFirst(oldest.count)
            }
        }
        let others = state.found[name]?.filter { $0 != partnerID } ?? []
        state.found[name] = [partnerID] + others.prefix(rememberedGroups - 1)
    }
}
