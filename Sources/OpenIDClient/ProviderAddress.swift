internal import Accounts
internal import Authentication
internal import WireCodec

/// Which addresses of a provider are called.
enum ProviderAddress {
    /// Whether an address may be called or opened: `https:`, or `http:` on this machine if the issuer is there too.
    ///
    /// It has no user, no fragment, and nothing but visible ASCII.
    static func isAllowed(_ url: String, issuer: String) -> Bool {
        guard let origin = origin(of: url), let home = self.origin(of: issuer) else { return false }
        return origin.text.hasPrefix("https://") || home.text.hasPrefix("http://")
    }

    /// The origin of an address; `nil` for one that is never called.
    ///
    /// Plain `http:` is an origin on this machine only.
    private static func origin(of url: String) -> Origin? {
        guard url.utf8.count <= 2048, url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }),
            !url.contains("#")
        else { return nil }
        return ServerURL(of: url).flatMap { Origin($0) }
    }
}
