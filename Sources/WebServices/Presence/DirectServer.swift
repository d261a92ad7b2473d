/// The server that a visitor is present on, as existing clients are told (`docs/protocol.md#presence`).
///
/// Where there are several nodes, it is the one that is the home of the visitor's presence.
struct DirectServer: Sendable {
    let host: String
    let port: Int64

    /// Reads `https://host`, `http://host`, `wss://host` or `ws://host`, each with a port and a path, or without.
    init(url: String) {
        let isSecure = url.hasPrefix("https:") || url.hasPrefix("wss:")
        let authority = url.split(separator: "/").dropFirst().first ?? ""
        let colon = authority.hasSuffix("]") ? nil : authority.lastIndex(of: ":")
        self.host = String(authority[..<(colon ?? authority.endIndex)])
        let digits = colon.map { authority[authority.index(after: $0)...] } ?? ""
        self.port = Int64(digits) ?? (isSecure ? 443 : 80)
    }
}
