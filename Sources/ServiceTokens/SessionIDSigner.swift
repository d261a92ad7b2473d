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

    private let keyedHash: KeyedHash

    package init(masterKey: MasterKey) {
        self.keyedHash = masterKey.keyedHash(for: "gssnid")
    }

    /// Makes an id that lasts until `end`, or ``lifetime`` seconds if there is no end yet.
    ///
    /// What was got with an id ends with it: an id never lengthens its own life.
    package func issue(for userID: User.ID, in partnerID: PartnerID, at now: Int64, until end: Int64? = nil) -> String {
        let expires = end ?? now + Self.lifetime
        var text: [UInt8] = []
        text.reserveCapacity(96)
        text.append(contentsOf: Self.beginning(userID.number, expires).utf8)
        let code = hash(text.span, partnerID).finalize()
        Base64URL.append(code.span, to: &text)
        text.append(UInt8(ascii: "."))
        text.append(contentsOf: partnerID.text.utf8)
        return String(decoding: text, as: UTF8.self)
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
        guard hash(Self.beginning(person, expires).utf8.span, partnerID).isValid(signature) else {
            throw .wrongSignature
        }
        guard now < expires else { throw .expired }
        return (User.ID(person), partnerID, expires)
    }

    private static func beginning(_ person: Int64, _ expires: Int64) -> String { "\(person).\(expires)." }

    private func hash(_ beginning: Span<UInt8>, _ partnerID: PartnerID) -> KeyedHash {
        var hash = keyedHash
        hash.update(beginning)
        hash.update(partnerID.text.utf8.span)
        return hash
    }
}
