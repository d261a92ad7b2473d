package import Accounts
internal import Crypto
package import LoginKey

/// Makes and checks the `GSSNID`: person id `.` Unix seconds `.` 43 base64url characters `.` group id.
///
/// The seconds are the end of its life; the characters are an HMAC-SHA-256 of the other three parts.
///
/// Source: PROTOCOL section 4.1 for the shape; what the parts hold is ours.
package struct SessionIDSigner: Sendable {
    /// How long a sign-in lasts in the browser, in seconds.
    package static let lifetime: Int64 = 12 * 3600

    private let keyed: HMAC<SHA256>

    package init(masterKey: MasterKey) {
        self.keyed = HMAC<SHA256>(key: masterKey.derivedKey(for: "gssnid"))
    }

    /// Makes an id that lasts until `end`, or ``lifetime`` seconds if there is no end yet.
    ///
    /// What was got with an id ends with it: an id never lengthens its own life.
    package func issue(for userID: User.ID, in partnerID: PartnerID, at now: Int64, until end: Int64? = nil) -> String {
        let expires = end ?? now + Self.lifetime
        let code = code(userID.number, expires, partnerID)
        var bytes = InlineArray<32, UInt8>(repeating: 0)
        for (index, byte) in code.enumerated() {
            bytes[index] = byte
        }
        return "\(userID.number).\(expires).\(Base64URL.text(of: bytes)).\(partnerID.text)"
    }

    /// Checks shape, signature and time.
    package func verify(_ text: String, at now: Int64) throws(TokenError) -> (User.ID, PartnerID, end: Int64) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 128, parts.count == 4,
            let person = Int64(parts[0]), String(person) == parts[0],
            let expires = Int64(parts[1]), String(expires) == parts[1],
            let signature = Base64URL.bytes(of: String(parts[2]).utf8.span),
            let partnerID = try? PartnerID(parsing: String(parts[3]))
        else { throw .malformed }
        // swift-crypto compares an authentication code with bytes in constant time.
        guard code(person, expires, partnerID) == signature.indices.map({ signature[$0] }) else {
            throw .wrongSignature
        }
        guard now < expires else { throw .expired }
        return (User.ID(person), partnerID, expires)
    }

    private func code(_ person: Int64, _ expires: Int64, _ partnerID: PartnerID) -> HashedAuthenticationCode<SHA256> {
        var state = keyed
        state.update(data: Array("\(person).\(expires).\(partnerID.text)".utf8))
        return state.finalize()
    }
}
