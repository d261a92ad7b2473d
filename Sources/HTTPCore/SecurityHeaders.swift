package import Accounts
package import HTTPTypes
package import Hummingbird

/// The headers that keep pages and answers in their place.
package enum SecurityHeaders {
    /// Sets what every answer carries, unless its handler has already set more.
    ///
    /// - Parameters:
    ///   - response: The answer.
    ///   - correlationID: The request's.
    ///   - isSecure: Whether the server speaks TLS: then browsers are told to come by TLS only (RFC 6797).
    package static func add(to response: inout Response, correlationID: CorrelationID, isSecure: Bool = false) {
        add(to: &response.headers, correlationID: correlationID, isSecure: isSecure)
    }

    /// The same on the header fields alone.
    package static func add(to fields: inout HTTPFields, correlationID: CorrelationID, isSecure: Bool = false) {
        fields[.correlationID] = correlationID.text
        fields[.xContentTypeOptions] = "nosniff"
        fields[.referrerPolicy] = "no-referrer"
        fields[.resourcePolicy] = fields[.resourcePolicy] ?? "same-origin"
        fields[.cacheControl] = fields[.cacheControl] ?? "no-store"
        fields[.contentSecurityPolicy] =
            fields[.contentSecurityPolicy] ?? "default-src 'none'; frame-ancestors 'none'"
        if isSecure { fields[.strictTransportSecurity] = "max-age=31536000" }
    }

    /// The policy of a page: own scripts and styles only, nothing inline, framed only by the given origins.
    ///
    /// - Parameters:
    ///   - ancestors: Whose pages may frame it, as origins or patterns of hosts; none if empty.
    ///   - framesOwnPages: Whether it has one of our own pages in a frame.
    ///   - sockets: The session servers that its scripts may connect to.
    /// - Returns: The value of `Content-Security-Policy`.
    package static func pagePolicy(ancestors: [String], framesOwnPages: Bool = false, sockets: [String] = []) -> String
    {
        let connections = (["'self'"] + sockets).joined(separator: " ")
        return [
            "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
            "connect-src \(connections)", "form-action 'self'", "base-uri 'none'",
            "frame-src \(framesOwnPages ? "'self'" : "'none'")",
            "frame-ancestors \(ancestors.isEmpty ? "'none'" : ancestors.joined(separator: " "))",
        ]
        .joined(separator: "; ")
    }
}
