internal import Crypto
internal import LoginKey

/// A text that may have been signed instead of the message of a LoginKey of version 2.
struct BoundMessageMistake {
    /// What is wrong, and what to do.
    let finding: String
    /// What was signed.
    let bytes: [UInt8]

    private init(_ finding: String, _ text: String) {
        self.init(finding, Array(text.utf8))
    }

    private init(_ finding: String, _ bytes: [UInt8]) {
        self.finding = finding
        self.bytes = bytes
    }

    /// The message that is right.
    static func right(_ signed: String, _ partnerID: String, _ partnerUserID: String) -> String {
        ["LoginKey-2", signed, partnerID, partnerUserID].joined(separator: "\n")
    }

    /// All usual mistakes with a message.
    ///
    /// - Parameters:
    ///   - loginKey: The key.
    ///   - partnerID: The group, as it was presented.
    ///   - partnerUserID: The user, as they were presented.
    /// - Returns: The mistakes, the most telling first.
    static func all(_ loginKey: BoundLoginKey, _ partnerID: String, _ partnerUserID: String) -> [Self] {
        let signed = loginKey.signedText
        let right = right(signed, partnerID, partnerUserID)
        let all =
            identifiers(signed, partnerID, partnerUserID) + lines(signed, partnerID, partnerUserID)
            + joins([signed, partnerID, partnerUserID]) + digests(Array(right.utf8))
            + versions("\(partnerID)\(partnerUserID)", "\(loginKey.expires)")
        return all.filter { !$0.bytes.elementsEqual(right.utf8) }
    }

    private static func identifiers(_ signed: String, _ partnerID: String, _ partnerUserID: String) -> [Self] {
        IdentifierVariant.all(of: partnerUserID)
            .map { variant in
                Self(
                    "the PartnerUserId was signed \(variant.phrase); \(variant.repair ?? "sign it as it is sent")",
                    Array(Self.right(signed, partnerID, "").utf8) + variant.bytes
                )
            }
    }

    private static let rule = "they are LoginKey-2, the key up to its signature, PartnerId and PartnerUserId"

    private static func lines(_ signed: String, _ group: String, _ user: String) -> [Self] {
        let first = "LoginKey-2"
        let wrong: [(String, [String])] = [
            ("the first line of the signed message, LoginKey-2, is missing", [signed, group, user]),
            ("PartnerId and PartnerUserId are missing in the signed message", [first, signed]),
            ("only the key itself was signed", [signed]),
            ("the PartnerId is missing in the signed message", [first, signed, user]),
            ("the PartnerUserId is missing in the signed message", [first, signed, group]),
            ("PartnerId and PartnerUserId are swapped in the signed message", [first, signed, user, group]),
            ("the ids stand before the key in the signed message", [first, group, user, signed]),
            ("the $ before the signature was signed too", [first, signed + "$", group, user]),
            (
                "the key was signed without its first three characters, $2$",
                [first, String(signed.dropFirst(3)), group, user]
            ),
            ("the key was signed without its first $", [first, String(signed.dropFirst(1)), group, user]),
        ]
        let names = ["loginkey-2", "LOGINKEY-2", "LoginKey 2", "LoginKey2", "LoginKey-2 ", "LoginKey, version 2"]
        return wrong.map { Self("\($0); the lines: \(rule)", $1.joined(separator: "\n")) }
            + names.map {
                Self(
                    "the first line of the signed message is not LoginKey-2",
                    [$0, signed, group, user].joined(separator: "\n")
                )
            }
    }

    private static func joins(_ parts: [String]) -> [Self] {
        let separators = [
            ("nothing", ""), ("CRLF", "\r\n"), ("the two characters \\n", "\\n"), ("a blank", " "), ("$", "$"),
            ("a NUL byte", "\0"),
        ]
        return separators.flatMap { name, text in
            [["LoginKey-2"] + parts, ["LoginKey-2\n" + parts[0]] + parts.dropFirst()]
                .map {
                    Self(
                        "the lines of the signed message are joined by \(name); it has to be a line feed",
                        $0.joined(separator: text)
                    )
                }
        }
    }

    private static func digests(_ right: [UInt8]) -> [Self] {
        [
            Self(
                "the message was hashed with SHA-256 before it was signed; sign it as it is",
                Array(SHA256.hash(data: right))
            ),
            Self(
                "the message was hashed with SHA-512 before it was signed; sign it as it is",
                Array(SHA512.hash(data: right))
            ),
        ]
    }

    private static func versions(_ ids: String, _ expiry: String) -> [Self] {
        ["1", "2"].map { Self("the message of version 1 was signed; the lines: \(rule)", "\(ids)\($0)\(expiry)") }
    }
}

/// Finds out what was signed by mistake under a LoginKey of version 2; it needs no store.
struct BoundSignatureDiagnosis {
    let loginKey: BoundLoginKey
    let partnerID: String
    let partnerUserID: String
    let key: VerificationKey

    /// What is wrong with the signature; `nil` if nothing is, or no usual mistake makes it.
    func mistake() -> String? {
        let verifier = LoginKeyVerifier()
        let mistakes = BoundMessageMistake.all(loginKey, partnerID, partnerUserID)
        if let found = mistakes.first(where: { verifier.isSigned(loginKey, as: $0.bytes, with: key) }) {
            return found.finding
        }
        guard let apiKey = key.apiKey else { return nil }
        let right = Array(BoundMessageMistake.right(loginKey.signedText, partnerID, partnerUserID).utf8)
        return apiKey.withSecretBytes { secret in
            KeyVariant.all(of: secret)
                .first { SignatureDiagnosis.isSigned(loginKey.decodedSignature, right, $0.bytes) }?
                .finding
        }
    }
}
