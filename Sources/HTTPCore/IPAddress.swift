internal import Glibc
internal import NIOCore

/// An IPv4 or IPv6 address; an IPv4 address that is mapped into IPv6 is that IPv4 address (RFC 4291 section 2.5.5.2).
package struct IPAddress: Hashable, Sendable {
    /// The 128 bits; an IPv4 address in its mapped form.
    let bits: UInt128
    /// Whether it is an IPv4 address.
    let isIPv4: Bool
    /// The address in its usual spelling.
    package let text: String

    private static let mapped: UInt128 = 0xFFFF_0000_0000

    /// Reads an address, without a port or brackets; `nil` if it is not one.
    package init?(_ text: some StringProtocol) {
        guard let spelling = try? SocketAddress(ipAddress: String(text), port: 0).ipAddress else { return nil }
        if let word = Self.bits(of: spelling, AF_INET, byteCount: 4) {
            bits = Self.mapped | word
        } else if let word = Self.bits(of: spelling, AF_INET6, byteCount: 16) {
            bits = word
        } else {
            return nil
        }
        isIPv4 = bits >> 32 == Self.mapped >> 32
        self.text = isIPv4 && spelling.hasPrefix("::ffff:") ? String(spelling.dropFirst(7)) : spelling
    }

    /// Reads what a proxy says about its caller: an address, also with a port, in brackets, or both.
    ///
    /// A name, an obfuscated identifier or anything else gives `nil`.
    ///
    /// - Parameter node: A hop of `X-Forwarded-For`, or a node of `Forwarded` (RFC 7239 section 6).
    init?(node: some StringProtocol) {
        let node = node.trimmingBlanks
        if node.hasPrefix("["), let end = node.firstIndex(of: "]") {
            guard Self.isPort(node[node.index(after: end)...]) else { return nil }
            self.init(node[node.index(after: node.startIndex)..<end])
        } else if let colon = node.firstIndex(of: ":"), colon == node.lastIndex(of: ":") {
            guard Self.isPort(node[colon...]) else { return nil }
            self.init(node[..<colon])
        } else {
            self.init(node)
        }
    }

    private static func bits(of text: String, _ family: Int32, byteCount: Int) -> UInt128? {
        var bytes = [UInt8](repeating: 0, count: byteCount)
        guard unsafe inet_pton(family, text, &bytes) == 1 else { return nil }
        return bytes.reduce(0) { $0 << 8 | UInt128($1) }
    }

    private static func isPort(_ text: some StringProtocol) -> Bool {
        text.isEmpty || (text.first == ":" && UInt16(text.dropFirst()) != nil && text.dropFirst().first != "+")
    }
}

extension StringProtocol {
    /// The text without the blanks and tabs around it.
    var trimmingBlanks: SubSequence {
        var rest = drop { $0 == " " || $0 == "\t" }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return rest
    }
}
