/// What identifies a row of the audit: its number and its hash.
package struct AuditHead: Hashable, Sendable {
    /// The row's number.
    package var id: Int64
    /// The row's hash, 32 bytes.
    package var hash: [UInt8]

    /// Makes it.
    package init(id: Int64, hash: [UInt8]) {
        self.id = id
        self.hash = hash
    }

    /// The number of the chain that the row belongs to.
    package var chain: Int64 { AuditChain.number(of: id) }
}

extension AuditChain {
    /// This many bits of a row's number count the rows of its chain, from 1; those above are the chain's number, 0 if
    /// a store has only one chain.
    package static let sequenceBits: Int64 = 40

    /// The number of the chain that a row belongs to.
    package static func number(of row: Int64) -> Int64 { row >> sequenceBits }

    /// The number before that of a chain's first row.
    package static func start(of number: Int64) -> Int64 { number << sequenceBits }
}
