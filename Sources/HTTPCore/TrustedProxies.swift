/// The proxies in front of the server that are trusted when they say whom they ask for.
///
/// Without any, the address that a connection comes from is the source. With some, everybody behind them is a source of
/// their own, for limits and for the audit.
package struct TrustedProxies: Sendable {
    /// The field in which the proxies say it.
    ///
    /// Only one is trusted: a proxy passes on the other as its client wrote it.
    package enum Field: String, CaseIterable, Sendable {
        /// `X-Forwarded-For`: addresses, each proxy having added its caller at the end.
        case forwardedFor = "X-Forwarded-For"
        /// `Forwarded` (RFC 7239).
        case forwarded = "Forwarded"
    }

    private let ranges: [AddressRange]
    private let field: Field

    /// Trusts some proxies; `nil` if one of the texts is not valid.
    ///
    /// - Parameters:
    ///   - texts: IPv4 or IPv6 addresses in any spelling, or networks such as `10.0.0.0/8`.
    ///   - field: The field that they write.
    package init?(_ texts: [String], field: Field = .forwardedFor) {
        let ranges = texts.map { AddressRange($0) }
        guard ranges.allSatisfy({ $0 != nil }) else { return nil }
        self.ranges = ranges.compactMap(\.self)
        self.field = field
    }

    private init() {
        (ranges, field) = ([], .forwardedFor)
    }

    /// Nobody is trusted.
    package static let none = Self()

    /// Whether an address is a trusted proxy's.
    package func contains(_ peer: String) -> Bool {
        IPAddress(peer).map(isTrusted) ?? false
    }

    /// Whom a request comes from.
    ///
    /// - Parameters:
    ///   - peer: The address at the other end of the connection.
    ///   - forwardedFor: The value of `X-Forwarded-For`, where there is one.
    ///   - forwarded: The value of `Forwarded`, where there is one.
    /// - Returns: The last address that is not a trusted proxy's; anybody may have written what is before it.
    package func source(peer: String, forwardedFor: String?, forwarded: String? = nil) -> String {
        guard !ranges.isEmpty else { return Self.unmapped(peer) }
        let value = field == .forwarded ? forwarded : forwardedFor
        guard let value, let address = IPAddress(peer), isTrusted(address) else { return Self.unmapped(peer) }
        var source = address
        for node in nodes(value).reversed() {
            guard let address = IPAddress(node: node) else { break }
            source = address
            guard isTrusted(address) else { break }
        }
        return source.text
    }

    private func nodes(_ value: String) -> [String] {
        field == .forwarded ? ForwardedField.nodes(value) : value.split(separator: ",").map(String.init)
    }

    private func isTrusted(_ address: IPAddress) -> Bool {
        ranges.contains { $0.contains(address) }
    }

    /// An IPv4 address without the prefix that it has on a socket for both (RFC 4291 section 2.5.5.2).
    private static func unmapped(_ address: String) -> String {
        address.hasPrefix("::ffff:") && address.contains(".") ? String(address.dropFirst(7)) : address
    }
}
