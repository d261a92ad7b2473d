package import Accounts
package import HTTPTypes
package import Logging

/// What a request leaves behind: its counts, and one line in the log with nothing from a query, a body or a header.
package struct RequestLine: Sendable {
    private let method: String
    private let target: String
    private let status: HTTPResponse.Status
    private let correlationID: CorrelationID
    private let source: String
    private let milliseconds: Int64

    /// Makes the line of a request that was answered.
    ///
    /// - Parameters:
    ///   - method: As it was sent.
    ///   - target: Path and query; only the path is written.
    ///   - status: Of the answer.
    ///   - correlationID: Of the request.
    ///   - source: The address that it came from.
    ///   - milliseconds: How long it took.
    package init(
        method: String,
        target: String,
        status: HTTPResponse.Status,
        correlationID: CorrelationID,
        source: String,
        milliseconds: Int64
    ) {
        self.method = method
        self.target = target
        self.status = status
        self.correlationID = correlationID
        self.source = source
        self.milliseconds = milliseconds
    }

    /// Counts the request and writes the line, where the level lets it through.
    package func record(to logger: Logger) {
        RequestMeter.record(status, milliseconds: milliseconds)
        guard logger.logLevel <= .debug else { return }
        logger.debug(
            "request",
            metadata: [
                "http.method": "\(method)",
                "http.path": "\(target.prefix { $0 != "?" })",
                "http.status": "\(status.code)",
                "correlation.id": "\(correlationID)",
                "source": "\(source)",
                "duration.ms": "\(milliseconds)",
            ]
        )
    }
}

extension CorrelationID {
    /// The id of a request: the one that it brought, or a new one.
    package init(brought text: String?, at milliseconds: Int64, _ random: RandomSource) {
        if let text, let correlationID = CorrelationID(text) {
            self = correlationID
        } else {
            var generator = random.generator
            self.init(at: milliseconds, using: &generator)
        }
    }
}
