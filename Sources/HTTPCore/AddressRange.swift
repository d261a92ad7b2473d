/// An address, or a network in CIDR notation such as `10.0.0.0/8` or `2001:db8::/32` (RFC 4632, RFC 4291).
struct AddressRange: Hashable, Sendable {
    private let bits: UInt128
    private let mask: UInt128
    private let isIPv4: Bool

    /// Reads a range; `nil` if it is not one, or covers every address there is.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let address = IPAddress(parts[0]) else { return nil }
        let width = address.isIPv4 ? 32 : 128
        var length = width
        if parts.count == 2 {
            guard let given = Int(parts[1]), parts[1].first != "+", (1...width).contains(given) else { return nil }
            length = given
        }
        mask = UInt128.max << UInt128(width - length)
        bits = address.bits & mask
        isIPv4 = address.isIPv4
    }

    /// Whether an address is in the range.
    func contains(_ address: IPAddress) -> Bool {
        address.isIPv4 == isIPv4 && address.bits & mask == bits
    }
}
