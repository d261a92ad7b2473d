package import Accounts
internal import Crypto
package import LoginKey

/// Makes and checks the `GSSNID`: person id `.` Unix seconds `.` 43 base64url characters `.` group id.
///
/// The seconds are the end of its life. The characters are 32 bytes: the number of what the sign-in goes back to
/// (``Accounts/SignInRoot``; 0 for nothing), and the last 24 bytes of an HMAC-SHA-256 of it all.
///
/// Source: `docs/protocol.md#authorize` for the shape; what the parts hold is ours.
package struct SignInIDSigner: Sendable {
    /// How long a sign-in lasts in the browser, in seconds.
    package static let lifetime: Int64 = 12 * 3600

    private let keyedHash: KeyedHash

    /// Makes a signer whose key is derived from the master key.
    package init(masterKey: MasterKey) {
        self.keyedHash = masterKey.keyedHash(for: "gssnid")
    }

    /// Makes an id that lasts until `end`, or ``lifetime`` seconds if there is no end yet.
    ///
    /// What was got with an id ends with it: an id never lengthens its own life.
    package func issue(
        for userID: User.ID,
        in partnerID: PartnerID,
        root: SignInRoot?,
        at now: Int64,
        until end: Int64? = nil
    ) -> String {
        let expires = end ?? now + Self.lifetime
        var text: [UInt8] = []
        text.reserveCapacity(96)
        text.append(contentsOf: Self.beginning(userID.number, expires).utf8)
        let code = code(of: text.span, partnerID, keyNumber: root?.number ?? 0)
        Base64URL.append(code.span, to: &text)
        text.append(UInt8(ascii: "."))
        text.append(contentsOf: partnerID.text.utf8)
        return String(decoding: text, as: UTF8.self)
    }

    /// What an id says.
    package struct SignIn: Sendable {
        /// Who is signed in.
        package let userID: User.ID
        /// The user's group.
        package let partnerID: PartnerID
        /// What the sign-in depends on; `nil` if neither an API key nor a password.
        package let root: SignInRoot?
        /// When it ends, in Unix seconds.
        package let ends: Int64
    }

    /// Checks shape, signature and time.
    package func verify(_ text: String, at now: Int64) throws(TokenError) -> SignIn {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 128, parts.count == 4,
            let person = Int64(parts[0]), String(person) == parts[0],
            let expires = Int64(parts[1]), String(expires) == parts[1],
            let signature = Base64URL.bytes(of: String(parts[2]).utf8.span),
            let partnerID = try? PartnerID(parsing: String(parts[3]))
        else { throw .malformed }
        let number = (0..<8).reduce(0) { $0 << 8 | UInt64(signature[$1]) }
        let keyNumber = Int64(bitPattern: number)
        let expected = code(of: Self.beginning(person, expires).utf8.span, partnerID, keyNumber: keyNumber)
        guard KeyedHash.areEqualInConstantTime(expected, signature) else { throw .wrongSignature }
        guard now < expires else { throw .expired }
        return SignIn(
            userID: User.ID(person),
            partnerID: partnerID,
            root: SignInRoot(number: keyNumber),
            ends: expires
        )
    }

    private static func beginning(_ person: Int64, _ expires: Int64) -> String { "\(person).\(expires)." }

    private func code(
        of beginning: Span<UInt8>,
        _ partnerID: PartnerID,
        keyNumber: Int64
    ) -> InlineArray<32, UInt8> {
        let keyNumber = UInt64(bitPattern: keyNumber)
        let number = InlineArray<8, UInt8> { UInt8(truncatingIfNeeded: keyNumber >> (56 - 8 * UInt64($0))) }
        var hash = keyedHash
        hash.update(beginning)
        hash.update(partnerID.text.utf8.span)
        hash.update(number.span)
        var code = hash.finalize()
        for index in number.indices {
            code[index] = number[index]
        }
        return code
    }
}
