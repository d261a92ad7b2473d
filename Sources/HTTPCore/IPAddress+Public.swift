extension IPAddress {
    /// What is not reached over the internet, or leads somewhere other than it says (IANA special-purpose registries, RFC 6890;
    /// 168.63.129.16 is the host's own in Microsoft's cloud).
    private static let special = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
    ]
    .compactMap { AddressRange($0) }

    /// The only IPv6 addresses that are given out for the internet (RFC 4291 section 2.4).
    private static let global = AddressRange("2000::/3")

    /// Whether it is an address of the internet: not private, loopback, link-local, multicast or reserved, and none that
    /// has another address inside.
    package var isPublic: Bool {
        guard isIPv4 || Self.global?.contains(self) == true else { return false }
        return !Self.special.contains { $0.contains(self) }
    }

    /// Whether it is this machine's own (`127.0.0.0/8`, `::1`).
    package var isLoopback: Bool {
        isIPv4 ? bits & 0xFF00_0000 == 0x7F00_0000 : bits == 1
    }
}
