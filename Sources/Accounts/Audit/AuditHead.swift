/// A row of the audit by which it is known again: its number and its hash.
public struct AuditHead: Hashable, Sendable {
    /// The row's number.
    public var id: Int64
    /// The row's hash, 32 bytes.
    public var hash: [UInt8]

    /// Makes it.
    public init(id: Int64, hash: [UInt8]) {
        self.id = id
        self.hash = hash
    }

    /// The number of the chain that the row belongs to.
    public var chain: Int64 { AuditChain.number(of: id) }
}

extension AuditChain {
    /// So many bits of a row's number count the rows of its chain, from 1; those above are the chain's number, 0 where a
    /// store has only one chain.
    public static let sequenceBits: Int64 = 40

    /// The number of the chain that a row belongs to.
    public static func number(of row: Int64) -> Int64 { row >> sequenceBits }

    /// The number before that of a chain's first row.
    public static func start(of number: Int64) -> Int64 { number << sequenceBits }
}
