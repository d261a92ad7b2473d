/// The claims by which one node of an installation shows another that it is one; good for half a minute.
package struct NodeClaims: TokenClaims {
    package static let audience = "latchkey-node"
    /// How long it is good for, in seconds: the clocks of two machines may differ by about as much.
    package static let lifetime: Int64 = 30

    package let aud: String
    /// The name of the node that asks.
    package let node: String
    package let exp: Int64

    /// Makes claims.
    package init(node: String, issuedAt: Int64) {
        self.aud = Self.audience
        self.node = node
        self.exp = issuedAt + Self.lifetime
    }
}
