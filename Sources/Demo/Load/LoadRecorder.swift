internal import AsyncHTTPClient
internal import ServerApp
internal import Synchronization
internal import WebSocketClient

/// Notes how each operation of a load went and how long it took.
package final class LoadRecorder: Sendable {
    /// What is known of one operation.
    package struct Operation: Sendable {
        /// What is done.
        package let name: String
        /// How long it took where it went well.
        package internal(set) var latencies = LatencyHistogram()
        /// How it failed: by the status of the answer, or in a word.
        package internal(set) var failures: [String: Failures] = [:]
    }

    /// Failures of one kind.
    package struct Failures: Sendable {
        /// How many there are.
        package internal(set) var count = 0
        /// What the first one was, in a sentence.
        package let first: String
    }

    private let known = Mutex<[Operation]>([])

    /// Makes one that knows nothing yet.
    package init() {}

    /// All operations, in the order in which they were done first.
    package var operations: [Operation] { known.withLock { $0 } }

    /// Does something, and notes how it went.
    ///
    /// - Throws: ``NotedFailure``.
    func measure<Value>(_ name: String, _ body: () async throws -> Value) async throws -> Value {
        let start = ContinuousClock.now
        let value = try await noting(name, body)
        succeeded(name, since: start)
        return value
    }

    /// Holds a conversation on a connection of its own; what goes wrong, and is not noted yet, is noted.
    ///
    /// - Throws: ``NotedFailure``.
    func converse<Value: Sendable>(
        _ name: String,
        at url: String,
        _ body: (inout SessionClient.Conversation) async throws -> Value
    ) async throws -> Value {
        try await noting(name) { try await SessionClient(url: url).converse(body) }
    }

    /// Notes that an operation went well.
    func succeeded(_ name: String, since start: ContinuousClock.Instant) {
        let taken = Int64((ContinuousClock.now - start) / .microseconds(1))
        note(name) { $0.latencies.add(taken) }
    }

    /// Does something, and notes it only if it fails.
    ///
    /// - Throws: ``NotedFailure``.
    func noting<Value>(_ name: String, _ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as NotedFailure {
            throw error
        } catch {
            let word = Task.isCancelled ? "timeout" : Self.word(for: error)
            note(name) { $0.failures[word, default: Failures(first: "\(error)")].count += 1 }
            throw NotedFailure()
        }
    }

    private func note(_ name: String, _ change: (inout Operation) -> Void) {
        known.withLock { operations in
            let index = operations.firstIndex { $0.name == name } ?? operations.endIndex
            if index == operations.endIndex { operations.append(Operation(name: name)) }
            change(&operations[index])
        }
    }

    private static func word(for error: any Error) -> String {
        switch error {
        case let error as UnexpectedAnswer: "\(error.status)"
        case let error as HTTPClientError where error == .readTimeout || error == .deadlineExceeded: "timeout"
        case is ConversationEnded: "closed"
        case is CommandFailure: "unexpected"
        default: "connection"
        }
    }
}

/// Something has failed, and the recorder has noted it.
struct NotedFailure: Error {}
