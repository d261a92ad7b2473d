/// The credentials of the scheme `Bearer` (RFC 6750 section 2.1): `"Bearer" 1*SP token`.
package enum BearerToken {
    /// The token behind the scheme, which is matched without regard to case; `nil` for another scheme, or for none.
    package static func token(in credentials: String) -> String? {
        let bytes = credentials.utf8
        let scheme = "bearer"
        guard String(credentials.prefix(scheme.count)).matches(scheme) else { return nil }
        let rest = bytes.dropFirst(scheme.utf8.count)
        guard rest.first == UInt8(ascii: " ") else { return nil }
        return String(Substring(rest.drop { $0 == UInt8(ascii: " ") }))
    }
}
