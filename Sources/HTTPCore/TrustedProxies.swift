internal import NIOCore

/// The proxies in front of the server that are believed when they say whom they ask for.
///
/// Without any, the address that a connection comes from is the source. With some, everybody behind them is a source of
/// their own, for limits and for the audit.
package struct TrustedProxies: Sendable {
    private let addresses: Set<String>

    /// Trusts some addresses; `nil` if one of them is none.
    ///
    /// - Parameter texts: IPv4 or IPv6 addresses, in any spelling.
    package init?(_ texts: [String]) {
        let addresses = texts.map(Self.canonical)
        guard addresses.allSatisfy({ $0 != nil }) else { return nil }
        self.addresses = Set(addresses.compactMap(\.self))
    }

    private init() {
        addresses = []
    }

    /// Nobody is believed.
    package static let none = Self()

    /// Whom a request comes from.
    ///
    /// - Parameters:
    ///   - peer: The address at the other end of the connection.
    ///   - forwarded: The value of `X-Forwarded-For`, where there is one: addresses, each proxy having added whom it was
    ///     asked by at the end.
    /// - Returns: The last address that is not a trusted proxy's; what stands before it anybody may have written.
    package func source(peer: String, forwarded: String?) -> String {
        guard let forwarded, addresses.contains(Self.unmapped(peer)) else { return peer }
        var source = peer
        for text in forwarded.split(separator: ",").reversed() {
            guard let address = Self.canonical(text.trimming(while: { $0 == " " || $0 == "\t" })) else { return source }
            source = address
            guard addresses.contains(address) else { return source }
        }
        return source
    }

    private static func canonical(_ text: some StringProtocol) -> String? {
        (try? SocketAddress(ipAddress: String(text), port: 0).ipAddress).map(unmapped)
    }

    /// An IPv4 address without the prefix that it has on a socket for both (RFC 4291 section 2.5.5.2).
    private static func unmapped(_ address: String) -> String {
        address.hasPrefix("::ffff:") && address.contains(".") ? String(address.dropFirst(7)) : address
    }
}

extension Substring {
    fileprivate func trimming(while isDropped: (Character) -> Bool) -> Substring {
        var rest = drop(while: isDropped)
        while let last = rest.last, isDropped(last) { rest.removeLast() }
        return rest
    }
}
