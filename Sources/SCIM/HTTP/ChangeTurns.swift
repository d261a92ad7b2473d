internal import LoginKey
internal import Synchronization

/// Lets changes of one group take turns.
///
/// A change carries the version that it was made from: of two at once one would have to begin again. Providers send many
/// at once. Changes by other services, and other processes, do not wait here.
final class ChangeTurns: Sendable {
    /// Who waits for each group that somebody is changing.
    private let waiting = Mutex<[PartnerID: [CheckedContinuation<Void, Never>]]>([:])

    /// Runs a change when all that came before it are done.
    func take<Value>(in partnerID: PartnerID, _ body: () async throws -> Value) async rethrows -> Value {
        await begin(partnerID)
        defer { end(partnerID) }
        return try await body()
    }

    private func begin(_ partnerID: PartnerID) async {
        await withCheckedContinuation { continuation in
            let isFree = waiting.withLock { waiting in
                guard waiting[partnerID] != nil else {
                    waiting[partnerID] = []
                    return true
                }
                waiting[partnerID]?.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    private func end(_ partnerID: PartnerID) {
        let next = waiting.withLock { waiting -> CheckedContinuation<Void, Never>? in
            guard waiting[partnerID]?.isEmpty == false else {
                waiting[partnerID] = nil
                return nil
            }
            return waiting[partnerID]?.removeFirst()
        }
        next?.resume()
    }
}
