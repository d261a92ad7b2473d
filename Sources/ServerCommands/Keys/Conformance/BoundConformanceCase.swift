internal import Authentication
internal import LoginKey
internal import ServerApp

/// One input for a generator of version 2, and what it must answer.
///
/// The nonce is the generator's own, so what it prints is checked and not compared.
struct BoundConformanceCase: ConformanceCheck {
    let name: String
    var partnerID = "12345"
    var partnerUserID = "agent-007"
    var expires = "1900000000"
    var keyID = "17"
    var audience = "support.example"
    var command = "join"
    var sessionKey: String? = "26881636"
    var apiKey = "0123456789ABCDEFGHIJ"
    var mustFail = false

    private init(_ name: String, _ change: (inout Self) -> Void) {
        self.name = name
        change(&self)
    }

    var arguments: [String] {
        [partnerID, partnerUserID, expires, keyID, audience, command] + (sessionKey.map { [$0] } ?? [])
    }

    func fault(in answer: String) throws -> String? {
        guard let keyID = Int64(keyID), let command = LoginKeyCommand(rawValue: command) else {
            throw CommandFailure("the case \(name) is wrong")
        }
        return BoundGeneratorDiagnosis(
            partnerID: try PartnerID(parsing: partnerID),
            partnerUserID: try PartnerUserID(parsing: partnerUserID),
            expires: expires,
            keyID: keyID,
            purpose: try LoginKeyPurpose(command, sessionKey: sessionKey),
            audience: try LoginKeyAudience(parsing: audience),
            key: try SigningKey(parsing: apiKey).verificationKey
        )
        .explain(answer)
    }
}

// MARK: The cases

extension BoundConformanceCase {
    /// Everything that is tried.
    static func all(_ algorithm: LoginKeyAlgorithm) throws -> [Self] {
        switch algorithm {
        case .hs256: return good + users + secrets + impossible
        case .ed25519:
            // Made up for the purpose: the secret key of RFC 8032 section 7.1, test 1.
            let pem =
                "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
                + "-----END PRIVATE KEY-----\n"
            return (good + users + impossible)
                .map { check in
                    var check = check
                    if !check.apiKey.isEmpty { check.apiKey = pem }
                    return check
                }
        }
    }

    private static let good = [
        Self("a session to join") { _ in },
        Self("signing in, without a session") { ($0.command, $0.sessionKey) = ("authenticate", nil) },
        Self("starting, without a session") { ($0.command, $0.sessionKey) = ("start", nil) },
        Self("starting, with a session key") { $0.command = "start" },
        Self("a session key with every kind of character") { $0.sessionKey = "aZ0._~-" },
        Self("the longest session key") { $0.sessionKey = String(repeating: "x", count: 63) },
        Self("a server with a port") { $0.audience = "support.example:8443" },
        Self("the longest key id") { $0.keyID = "999999999999999999" },
        Self("another group") { $0.partnerID = "0098765" },
    ]

    private static let users: [Self] = [
        ("é as one character (Unicode form C)", "jos\u{E9}"), ("é as e and an accent (Unicode form D)", "jose\u{301}"),
        ("an emoji", "agent \u{1F511}"), ("reserved characters", "a b&c=d+e@f~g$h/?#%25"),
        ("a blank inside", "joe doe"),
        ("blanks at both ends", " joe "), ("a line break at the end", "joe\n"), ("quotes and a backslash", "a\"b'c\\d"),
        ("a dollar and a brace, as shells read them", "$HOME ${x} `id`"), ("upper and lower case", "JoeDOE"),
        ("255 characters", String(repeating: "x", count: 255)),
        ("255 characters outside ASCII", String(repeating: "\u{E9}", count: 255)),
    ]
    .map { name, user in Self(name) { $0.partnerUserID = user } }

    private static let secrets = [
        Self("a key longer than a hash block") { $0.apiKey = String(repeating: "k", count: 100) },
        Self("a key outside ASCII") { $0.apiKey = "Schl\u{FC}ssel\u{1F511}" },
        Self("a key that looks like Base64") { $0.apiKey = "c2VjcmV0LXNlY3JldC1zZWNyZXQ=" },
    ]

    private static let impossible = [
        Self("milliseconds in place of seconds") { ($0.expires, $0.mustFail) = ("1900000000000", true) },
        Self("an expiry of nine digits") { ($0.expires, $0.mustFail) = ("190000000", true) },
        Self("a session key with a blank") { ($0.sessionKey, $0.mustFail) = ("a b", true) },
        Self("an audience in capitals, with a path") { ($0.audience, $0.mustFail) = ("Support.example/x", true) },
        Self("an empty API key") { ($0.apiKey, $0.mustFail) = ("", true) },
    ]
}
