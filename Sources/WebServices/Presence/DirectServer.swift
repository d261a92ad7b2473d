/// The server that a visitor is present on, as existing clients are told (`docs/protocol.md#presence`).
///
/// Presence lives in the one process that serves the public URL.
struct DirectServer: Sendable {
    let host: String
    let port: Int64

    /// Reads `https://host`, `http://host` or either with a port.
    init(publicURL: String) {
        let isSecure = publicURL.hasPrefix("https://")
        let authority = publicURL.dropFirst(isSecure ? 8 : 7)
        let colon = authority.hasSuffix("]") ? nil : authority.lastIndex(of: ":")
        self.host = String(authority[..<(colon ?? authority.endIndex)])
        let digits = colon.map { authority[authority.index(after: $0)...] } ?? ""
        self.port = Int64(digits) ?? (isSecure ? 443 : 80)
    }
}
