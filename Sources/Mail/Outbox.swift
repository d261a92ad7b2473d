package import Accounts
package import Logging
internal import Metrics
internal import Synchronization

/// Mails that wait to be sent, in this process alone: they are lost when it ends.
///
/// So many are sent at a time, and one that the server does not take for now is tried again a few times.
package final class Outbox: Sendable {
    /// What somebody is told.
    package struct Letter: Sendable {
        let to: MailAddress
        let subject: String
        let text: String

        /// Makes a letter.
        ///
        /// - Parameters:
        ///   - to: Who gets it.
        ///   - subject: Any text.
        ///   - text: Any text.
        package init(to: MailAddress, subject: String, text: String) {
            (self.to, self.subject, self.text) = (to, subject, text)
        }
    }

    /// How much waits, and for how long.
    package struct Limits: Sendable {
        /// The most mails that wait; further ones are not taken.
        package var capacity = 500
        /// The most connections at a time.
        package var connections = 4
        /// How long a mail that was not taken waits each time, until it is given up.
        package var pauses: [Duration] = [.seconds(10), .seconds(60), .seconds(300)]

        /// The usual limits.
        package init() {}
    }

    private struct Entry: Sendable {
        let message: MailMessage
        let correlationID: CorrelationID
        var attempts = 0
        let completion: @Sendable (MailError?) async -> Void
    }

    private let client: MailClient
    private let from: Mailbox
    private let limits: Limits
    private let time: TimeSource
    private let random: RandomSource
    private let logger: Logger
    private let count = Mutex(0)
    private let waiting = Gauge(label: "latchkey_mails_waiting")
    private let entries: AsyncStream<Entry>
    private let continuation: AsyncStream<Entry>.Continuation
    private let late: AsyncStream<Entry>
    private let lateContinuation: AsyncStream<Entry>.Continuation

    /// Makes an empty outbox, which sends while it runs.
    package init(
        client: MailClient,
        from: Mailbox,
        limits: Limits = Limits(),
        time: TimeSource,
        random: RandomSource,
        logger: Logger
    ) {
        self.client = client
        self.from = from
        self.limits = limits
        self.time = time
        self.random = random
        self.logger = logger
        (entries, continuation) = AsyncStream.makeStream()
        (late, lateContinuation) = AsyncStream.makeStream()
    }

    /// Takes a letter, to be sent soon.
    ///
    /// - Parameters:
    ///   - letter: The letter.
    ///   - correlationID: The click, for the log.
    ///   - completion: Hears once that the mail was taken by the server, or why it was given up.
    /// - Returns: `false` if too many wait.
    package func send(
        _ letter: Letter,
        correlationID: CorrelationID,
        completion: @escaping @Sendable (MailError?) async -> Void = { _ in }
    ) -> Bool {
        let isTaken = count.withLock { count in
            guard count < limits.capacity else { return false }
            count += 1
            waiting.record(count)
            return true
        }
        guard isTaken else {
            measure("dropped")
            logger.error("too many mails wait: one was dropped", metadata: ["correlation.id": "\(correlationID)"])
            return false
        }
        let message = MailMessage(
            from: from,
            to: letter.to,
            subject: letter.subject,
            text: letter.text,
            id: random.correlationID().text,
            at: time.seconds
        )
        continuation.yield(Entry(message: message, correlationID: correlationID, completion: completion))
        return true
    }

    /// Sends until the task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.sendAll() }
            group.addTask { await self.delayAll() }
        }
        let left = count.withLock { $0 }
        if left > 0 { logger.warning("mails were not sent before the end", metadata: ["count": "\(left)"]) }
    }

    /// Sends what comes, on so many connections at a time.
    private func sendAll() async {
        await withTaskGroup(of: Void.self) { group in
            var running = 0
            for await entry in entries {
                if running >= limits.connections {
                    await group.next()
                    running -= 1
                }
                running += 1
                group.addTask { await self.attempt(entry) }
            }
        }
    }

    /// Has what was not taken wait, and come again.
    private func delayAll() async {
        await withDiscardingTaskGroup { group in
            for await entry in late {
                group.addTask { [self] in
                    guard (try? await Task.sleep(for: limits.pauses[entry.attempts - 1])) != nil else { return }
                    continuation.yield(entry)
                }
            }
        }
    }

    private func attempt(_ entry: Entry) async {
        var entry = entry
        do throws(MailError) {
            try await client.send(entry.message)
            await settle(entry, nil)
        } catch {
            guard !Task.isCancelled else { return }
            entry.attempts += 1
            let isLast = !error.isPassing || entry.attempts > limits.pauses.count
            logger.warning(
                isLast ? "a mail was given up" : "a mail was not taken, and is tried again",
                metadata: ["error": "\(error)", "correlation.id": "\(entry.correlationID)"]
            )
            guard !isLast else { return await settle(entry, error) }
            measure("delayed")
            lateContinuation.yield(entry)
        }
    }

    private func settle(_ entry: Entry, _ error: MailError?) async {
        count.withLock { count in
            count -= 1
            waiting.record(count)
        }
        measure(error == nil ? "sent" : "failed")
        await entry.completion(error)
    }

    private func measure(_ outcome: String) {
        Counter(label: "latchkey_mails_total", dimensions: [("outcome", outcome)]).increment()
    }
}
