/// What a source is to limits: one IPv4 address, or one IPv6 network of 64 bits, which a single subscriber commonly has.
package enum SourceNetwork {
    /// The name under which limits know an address.
    ///
    /// - Parameter address: An address in any spelling; anything else is its own name.
    /// - Returns: IPv4 addresses as they are, also those mapped into IPv6 (RFC 4291 section 2.5.5.2); of other IPv6
    ///   addresses the first 64 bits.
    package static func name(of address: String) -> String {
        guard address.utf8.contains(UInt8(ascii: ":")), let groups = groups(of: address) else { return address }
        if groups.prefix(5).allSatisfy({ $0 == 0 }), groups[5] == 0xffff {
            return [groups[6] >> 8, groups[6] & 0xff, groups[7] >> 8, groups[7] & 0xff].map(String.init)
                .joined(separator: ".")
        }
        return groups.prefix(4).map { String($0, radix: 16) }.joined(separator: ":") + "::/64"
    }

    /// The eight groups of an IPv6 address; `nil` if it is not one.
    private static func groups(of address: String) -> [UInt16]? {
        let halves = address.prefix { $0 != "%" }.split(separator: "::", omittingEmptySubsequences: false)
        guard let first = halves.first, halves.count <= 2, let head = groups(in: first) else { return nil }
        guard halves.count == 2 else { return head.count == 8 ? head : nil }
        guard let tail = groups(in: halves[1]), head.count + tail.count < 8 else { return nil }
        return head + [UInt16](repeating: 0, count: 8 - head.count - tail.count) + tail
    }

    private static func groups(in text: Substring) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var groups: [UInt16] = []
        for part in text.split(separator: ":", omittingEmptySubsequences: false) {
            if part.contains(".") {
                let bytes = part.split(separator: ".").compactMap { UInt8($0) }.map(UInt16.init)
                guard bytes.count == 4 else { return nil }
                groups += [bytes[0] << 8 | bytes[1], bytes[2] << 8 | bytes[3]]
            } else {
                guard (1...4).contains(part.utf8.count), let group = UInt16(part, radix: 16) else { return nil }
                groups.append(group)
            }
        }
        return groups
    }
}
