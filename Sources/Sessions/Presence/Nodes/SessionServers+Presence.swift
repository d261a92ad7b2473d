package import Accounts
internal import LoginKey

extension SessionServers {
    /// The home of a visitor's presence: the same for all nodes that know of the same nodes, and with a node that comes or goes
    /// only its own share of the visitors moves (rendezvous hashing).
    package func home(of visitor: VisitorReference) -> SessionServerRecord {
        let text = "\(visitor.partnerID.text)/\(visitor.visitorID.canonicalText)"
        return live.max { Self.weight($0.name, text) < Self.weight($1.name, text) } ?? own
    }

    /// FNV-1a with the finalizer of SplitMix64, so that texts that differ in one place spread.
    private static func weight(_ name: String, _ text: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in "\(name)/\(text)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        return hash ^ (hash >> 31)
    }
}
