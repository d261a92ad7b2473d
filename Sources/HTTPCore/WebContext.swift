package import Accounts
package import Hummingbird
internal import Logging
internal import NIOCore

/// What travels with a request through all HTTP parts.
package struct WebContext: RequestContext {
    /// What Hummingbird keeps with a request.
    package var coreContext: CoreRequestContextStorage
    /// The address that the request came from, as ``TrustedProxies`` say; empty where there is no socket.
    package var source: String
    /// Ties the request to its click; set by ``WebResponder``: a new one unless the request brought one.
    package var correlationID: CorrelationID
    /// When the request came in, in Unix milliseconds.
    package var time: Int64 = 0

    /// Makes the context of a request that has just come in; ``WebResponder`` fills in the rest.
    package init(source: ApplicationRequestContextSource) {
        self.coreContext = .init(source: source)
        self.source = source.channel.remoteAddress?.ipAddress ?? ""
        self.correlationID = .none
    }

    /// Writes down why a request that is answered "not available" failed.
    package func logFailure(_ error: any Error, path: String? = nil) {
        var metadata: Logger.Metadata = ["error": "\(error)", "correlation.id": "\(correlationID)"]
        if let path { metadata["path"] = "\(path)" }
        logger.error("a request failed", metadata: metadata)
    }

    /// When the request came in, in Unix seconds.
    package var seconds: Int64 { time / 1000 }
}
