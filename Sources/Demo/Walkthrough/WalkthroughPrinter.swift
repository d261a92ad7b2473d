internal import Foundation

/// Prints the steps of a walkthrough with their times; what is secret is shortened before it gets here.
final class WalkthroughPrinter {
    private(set) var count = 0
    var correlationID: String?

    /// Runs a step and prints what went over the wire.
    func step<Value>(_ title: String, _ body: () async throws -> (Value, [String])) async throws -> Value {
        let start = ContinuousClock.now
        do {
            let (value, lines) = try await body()
            report(title, lines, since: start)
            return value
        } catch {
            print("FAIL  \(title)\n      \(error)")
            throw error
        }
    }

    /// Runs a step that has no value.
    func step(_ title: String, _ body: () async throws -> [String]) async throws {
        try await step(title) { ((), try await body()) }
    }

    private func report(_ title: String, _ lines: [String], since start: ContinuousClock.Instant) {
        count += 1
        print("ok    \(title)  (\((ContinuousClock.now - start).milliseconds) ms)")
        for line in lines {
            print("      \(line)")
        }
    }
}

extension Duration {
    /// Milliseconds with one digit behind the point.
    var milliseconds: String {
        let tenths = (components.seconds * 10_000) + components.attoseconds / 100_000_000_000_000
        return "\(tenths / 10).\(tenths % 10)"
    }
}

extension String {
    /// The first characters of a secret, and how long it is.
    var redacted: String { "\(prefix(6))…(\(utf8.count) bytes)" }

    /// A LoginKey without its signature.
    var redactedLoginKey: String { "\(prefix(14))…(redacted)" }

    /// An address without its ticket.
    var redactedTicket: String {
        guard let range = range(of: "ticket=") else { return self }
        return self[..<range.upperBound] + "(redacted)"
    }
}
