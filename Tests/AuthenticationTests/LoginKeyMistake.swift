import Crypto
import Foundation
import Testing

/// One mistake of an integrator, and the words that lead to its repair.
struct LoginKeyMistake: Sendable, CustomTestStringConvertible {
    /// What is signed and sent.
    struct Values: Sendable {
        var group = "12345"
        var user: String
        var expiry: String
        var key: String
    }

    let name: String
    let words: String
    /// The PartnerUserId that the group's user has.
    var user = "joe"
    /// The PartnerUserId that is sent; the user's where it is `nil`.
    var sent: String?
    /// The PartnerId that is sent.
    var group = "12345"
    var apiKey = "0123456789ABCDEFGHIJabcdefghij"
    /// How long the key is good, in seconds.
    var lifetime: Int64 = 60
    /// Whether it can be seen without a store, by a known id and API key.
    var isGenerators = true
    var signature: @Sendable (Values) -> [UInt8] = { LoginKeyMistake.hmac($0, LoginKeyMistake.right($0)) }
    var spelling: @Sendable (String, [UInt8]) -> String = { "$1$\($0)$\(LoginKeyMistake.base64URL($1))" }

    var testDescription: String { name }

    static func right(_ values: Values) -> String { "\(values.group)\(values.user)1\(values.expiry)" }

    static func hmac(_ values: Values, _ message: String) -> [UInt8] {
        code(Array(message.utf8), Array(values.key.utf8))
    }

    static func code(_ message: [UInt8], _ key: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key)))
    }

    static func base64URL(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// The LoginKey that the mistake makes.
    func loginKey(at now: Int64) -> String {
        let expiry = "\(now + lifetime)"
        let values = Values(user: user, expiry: expiry, key: apiKey)
        return spelling(expiry, signature(values))
    }
}

// MARK: What was signed

extension LoginKeyMistake {
    static let all = separators + parts + users + keys + expiries + spellings + sentWrong + groups + times

    private static func signing(
        _ name: String,
        _ words: String,
        user: String = "joe",
        _ message: @escaping @Sendable (Values) -> String
    ) -> Self {
        Self(name: name, words: words, user: user, signature: { hmac($0, message($0)) })
    }

    private static let separators: [Self] =
        [
            ("a line break", "\n"), ("(CRLF)", "\r\n"), ("a blank", " "), ("a tab", "\t"), ("a NUL byte", "\0"),
            ("~", "~"),
            ("$", "$"), ("&", "&"), (":", ":"), (";", ";"), ("|", "|"), ("a comma and a blank", ", "), (",", ","),
            ("/", "/"),
            ("-", "-"), ("_", "_"), (".", "."), ("+", "+"), ("=", "="), ("#", "#"),
        ]
        .map { name, text in
            signing("all parts joined by \(name)", "joined by \(name)") {
                [$0.group, $0.user, "1", $0.expiry].joined(separator: text)
            }
        } + [
            signing("ids joined by a line break", "joined by a line break") { "\($0.group)\n\($0.user)1\($0.expiry)" },
            signing("a line break behind the message", "at an end of the signed message") { right($0) + "\n" },
        ]

    private static let parts = [
        signing("ids swapped", "swapped") { "\($0.user)\($0.group)1\($0.expiry)" },
        signing("version first", "another order (version, PartnerId") { "1\($0.group)\($0.user)\($0.expiry)" },
        signing("expiry before version", "another order (PartnerId, PartnerUserId, expiry, version)") {
            "\($0.group)\($0.user)\($0.expiry)1"
        },
        signing("expiry first", "another order (expiry") { "\($0.expiry)\($0.group)\($0.user)1" },
        signing("no version", "the version is missing") { "\($0.group)\($0.user)\($0.expiry)" },
        signing("no PartnerId", "the PartnerId is missing") { "\($0.user)1\($0.expiry)" },
        signing("no PartnerUserId", "the PartnerUserId is missing") { "\($0.group)1\($0.expiry)" },
        signing("no expiry", "the expiry is missing") { "\($0.group)\($0.user)1" },
        signing("version as $1$", "the version is signed as $1$") { "\($0.group)\($0.user)$1$\($0.expiry)" },
        signing("version as $1$ and a $ at the end", "with a $ behind the expiry") {
            "\($0.group)\($0.user)$1$\($0.expiry)$"
        },
        signing("version as v1", "the version is signed as v1") { "\($0.group)\($0.user)v1\($0.expiry)" },
        signing("version as 1.0", "the version is signed as 1.0") { "\($0.group)\($0.user)1.0\($0.expiry)" },
        signing("names signed too", "sign the values alone") {
            "partnerid=\($0.group)&partneruserid=\($0.user)&version=1&expires=\($0.expiry)"
        },
        signing("a query is signed", "sign the values alone") {
            "partnerid=\($0.group)&partneruserid=\($0.user)&expires=\($0.expiry)"
        },
        signing("a 0 in front of the PartnerId", "a 0 in front of it") { "0" + right($0) },
        signing("message as Base64", "encoded as Base64 before") { Data(right($0).utf8).base64EncodedString() },
        signing("byte order mark in front", "byte order mark in front of the signed message") {
            "\u{FEFF}" + right($0)
        },
        Self(name: "message as UTF-16", words: "signed as UTF-16") { values in
            code(right(values).utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }, Array(values.key.utf8))
        },
        Self(name: "message hashed first", words: "hashed before it was signed") { values in
            code(Array(SHA256.hash(data: Array(right(values).utf8))), Array(values.key.utf8))
        },
    ]

    private init(name: String, words: String, signature: @escaping @Sendable (Values) -> [UInt8]) {
        self.name = name
        self.words = words
        self.signature = signature
    }

    private static func id(_ phrase: String, _ user: String, _ change: @escaping @Sendable (String) -> String) -> Self {
        signing("PartnerUserId \(phrase)", "PartnerUserId was signed \(phrase)", user: user) {
            "\($0.group)\(change($0.user))1\($0.expiry)"
        }
    }

    private static let users = [
        id("in Unicode form C", "jose\u{301}") { $0.precomposedStringWithCanonicalMapping },
        id("in Unicode form D", "jos\u{E9}") { $0.decomposedStringWithCanonicalMapping },
        id("in lower case", "JoeDOE") { $0.lowercased() }, id("in upper case", "JoeDOE") { $0.uppercased() },
        id("without the blanks at its ends", " joe ") { $0.trimmingCharacters(in: .whitespaces) },
        id("with a blank for each +", "joe+x@ex.example") { $0.replacing("+", with: " ") },
        id("with a + for each blank", "dana smith") { $0.replacing(" ", with: "+") },
        id("in percent-encoded form", "dana smith") { $0.replacing(" ", with: "%20") },
        id("in percent-encoded form, as encodeURIComponent does it", "a b!") { $0.replacing(" ", with: "%20") },
        id("in percent-encoded form, with small letters", "a/b") { $0.replacing("/", with: "%2f") },
        id("percent-decoded once more", "50%25 off") { $0.replacing("%25", with: "%") },
        id("with HTML entities", "sean.o'brien@acme.example") { $0.replacing("'", with: "&#39;") },
        id("with backslashes in front of quotes", "sean.o'brien") { $0.replacing("'", with: "\\'") },
        id("with a blank behind it", "joe") { $0 + " " }, id("with a line break behind it", "joe") { $0 + "\n" },
        id("in quotes", "joe") { "\"\($0)\"" },
        id("as mojibake", "jos\u{E9}") { $0.replacing("\u{E9}", with: "\u{C3}\u{A9}") },
        id("with ? for characters outside ASCII", "jos\u{E9}") { $0.replacing("\u{E9}", with: "?") },
        id("with \\u escapes", "jos\u{E9}") { $0.replacing("\u{E9}", with: "\\u00e9") },
        id("in the 15 characters of a Salesforce id", "0055g00000AbCdEAAX") { String($0.prefix(15)) },
        Self(name: "PartnerUserId in Latin-1", words: "in Latin-1", user: "jos\u{E9}") { values in
            code(right(values).unicodeScalars.map { UInt8($0.value) }, Array(values.key.utf8))
        },
    ]

    private init(name: String, words: String, user: String, signature: @escaping @Sendable (Values) -> [UInt8]) {
        self.init(name: name, words: words, signature: signature)
        self.user = user
    }
}

// MARK: With which key

extension LoginKeyMistake {
    private static func key(
        _ words: String,
        _ apiKey: String = "0123456789ABCDEFGHIJabcdefghij",
        _ change: @escaping @Sendable (String) -> [UInt8]
    ) -> Self {
        var mistake = Self(name: words, words: words) { code(Array(right($0).utf8), change($0.key)) }
        mistake.apiKey = apiKey
        return mistake
    }

    private static let keys = [
        key("there is a line break behind the API key") { Array(($0 + "\n").utf8) },
        key("there is a line break (CRLF) behind the API key") { Array(($0 + "\r\n").utf8) },
        key("there is a blank behind the API key") { Array(($0 + " ").utf8) },
        key("there is a blank in front of the API key") { Array((" " + $0).utf8) },
        key("the API key is in quotes") { Array("\"\($0)\"".utf8) },
        key("the API key is in single quotes") { Array("'\($0)'".utf8) },
        key("there is a byte order mark in front of the API key") { Array("\u{FEFF}\($0)".utf8) },
        key("the API key was taken for Base64 and decoded", "c2VjcmV0LXNlY3JldC1zZWNyZXQ=") { _ in
            Array("secret-secret-secret".utf8)
        },
        key("the API key was taken for hexadecimal and decoded", "00112233445566778899aabbccddeeff") { _ in
            (0..<16).map { UInt8($0 * 17) }
        },
        key("the API key was encoded as Base64") { Array(Data($0.utf8).base64EncodedString().utf8) },
        key("the API key was encoded as hexadecimal") { Array($0.utf8.map { String($0, radix: 16) }.joined().utf8) },
        key("the API key is in lower case") { Array($0.lowercased().utf8) },
        key("the API key was encoded as UTF-16") { $0.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } },
        key("the API key was hashed with SHA-256 first") { Array(SHA256.hash(data: Array($0.utf8))) },
        key("the API key was encoded as Latin-1", "Schl\u{FC}ssel-0123456789") {
            $0.unicodeScalars.map { UInt8($0.value) }
        },
        key("the last character of the API key is cut off") { Array($0.utf8.dropLast()) },
        Self(name: "key and message swapped", words: "swapped in the call of HMAC") {
            code(Array($0.key.utf8), Array(right($0).utf8))
        },
        Self(name: "HMAC-SHA-512", words: "HMAC-SHA-512, cut off") { values in
            let key = SymmetricKey(data: Array(values.key.utf8))
            return Array(HMAC<SHA512>.authenticationCode(for: Array(right(values).utf8), using: key).prefix(32))
        },
        Self(name: "plain SHA-256", words: "hashed with plain SHA-256; it has to be HMAC") {
            Array(SHA256.hash(data: Array(($0.key + right($0)).utf8)))
        },
        Self(name: "plain SHA-256, key last", words: "message and API key were hashed with plain SHA-256") {
            Array(SHA256.hash(data: Array((right($0) + $0.key).utf8)))
        },
    ]
}

// MARK: Which expiry, and how it is spelled

extension LoginKeyMistake {
    private static let expiries = [
        signing("milliseconds signed", "milliseconds were signed and seconds sent") { right($0) + "417" },
        signing("time of making signed", "the time of making was signed") {
            "\($0.group)\($0.user)1\((Int64($0.expiry) ?? 0) - 300)"
        },
        signing("a fraction signed", "the expiry was signed with a fraction") { right($0) + ".0" },
        spelled("milliseconds sent, seconds signed", "the expiry is in milliseconds") {
            "$1$\($0)000$\(base64URL($1))"
        },
        Self(
            name: "milliseconds signed and sent",
            words: "the expiry is in milliseconds",
            signature: { hmac($0, right($0) + "000") },
            spelling: { "$1$\($0)000$\(base64URL($1))" }
        ),
    ]

    private static func spelled(
        _ name: String,
        _ words: String,
        _ spelling: @escaping @Sendable (String, [UInt8]) -> String
    ) -> Self {
        Self(name: name, words: words, spelling: spelling)
    }

    private init(
        name: String,
        words: String,
        signature: (@Sendable (Values) -> [UInt8])? = nil,
        spelling: @escaping @Sendable (String, [UInt8]) -> String
    ) {
        self.name = name
        self.words = words
        if let signature { self.signature = signature }
        self.spelling = spelling
    }

    private static let spellings = [
        spelled("padded", "the signature is padded") { "$1$\($0)$\(base64URL($1))=" },
        spelled("hexadecimal", "in hexadecimal") {
            "$1$\($0)$\($1.map { String(256 + Int($0), radix: 16).suffix(2) }.joined())"
        },
        spelled("no version in the key", "has the form $1$") { "\($0)$\(base64URL($1))" },
        spelled("version 2 in the key", "only 1 is known") { "$2$\($0)$\(base64URL($1))" },
        spelled("a line break inside", "a blank or a line break") {
            let text = base64URL($1)
            return "$1$\($0)$\(text.prefix(20)) \(text.dropFirst(20))"
        },
        spelled("cut off", "characters instead of 43") { "$1$\($0)$\(base64URL($1).prefix(40))" },
        spelled("hexadecimal encoded once more", "characters instead of 43") { expiry, bytes in
            let text = bytes.map { String(256 + Int($0), radix: 16).suffix(2) }.joined()
            return "$1$\(expiry)$\(base64URL(Array(text.utf8)))"
        },
        spelled("escaped twice", "percent-encoded twice") { "%241%24\($0)%24\(base64URL($1))" },
        spelled("an expiry of nine digits", "ten decimal digits") { "$1$\($0.dropLast())$\(base64URL($1))" },
    ]
}

// MARK: Sent otherwise than signed, or both

extension LoginKeyMistake {
    /// Signed for what the group has, and sent otherwise.
    private static func sent(_ words: String, _ user: String, _ sent: String) -> Self {
        var mistake = Self(name: "sent \(words)", words: "the same user: it was sent \(words)", user: user) {
            hmac($0, right($0))
        }
        mistake.sent = sent
        mistake.isGenerators = false
        return mistake
    }

    /// Signed and sent otherwise than the group has it.
    private static func both(_ words: String, _ user: String, _ sent: String) -> Self {
        var mistake = Self(name: "signed and sent \(words)", words: words, user: user) { values in
            hmac(values, "\(values.group)\(sent)1\(values.expiry)")
        }
        mistake.sent = sent
        mistake.isGenerators = false
        return mistake
    }

    private static let same = "is the same user: it was signed and sent "

    private static let sentWrong = [
        sent("in lower case", "005A1", "005a1"), sent("with a blank behind it", "005A1", "005A1 "),
        sent("with a blank for each +", "joe+x@ex.example", "joe x@ex.example"),
        sent("with a + for each blank", "dana smith", "dana+smith"),
        sent("as mojibake", "jos\u{E9}", "jos\u{C3}\u{A9}"), sent("in Unicode form D", "jos\u{E9}", "jose\u{301}"),
        sent("in percent-encoded form", "dana smith", "dana%20smith"),
        sent("with HTML entities", "sean.o'brien", "sean.o&#39;brien"),
        sent("in the 15 characters of a Salesforce id", "0055g00000AbCdEAAX", "0055g00000AbCdE"),
        both(same + "in lower case", "005A1", "005a1"), both(same + "with a blank behind it", "005A1", "005A1 "),
        both(same + "with a + for each blank", "dana smith", "dana+smith"),
        both(same + "as mojibake", "jos\u{E9}", "jos\u{C3}\u{A9}"),
        both(same + "in Unicode form D", "jos\u{E9}", "jose\u{301}"),
        both("it is the user name or e-mail address of dana@office.example", "005A1", "dana@office.example"),
        both("it is the user name or e-mail address of dana@office.example", "005A1", "dana@mail.example"),
        {
            var mistake = signing("the user name signed", "was signed in place of the PartnerUserId") {
                "\($0.group)dana@office.example1\($0.expiry)"
            }
            mistake.isGenerators = false
            return mistake
        }(),
        {
            var mistake = signing("signed for another user", "another user of the group, jane@office.example") {
                "\($0.group)jane1\($0.expiry)"
            }
            mistake.isGenerators = false
            return mistake
        }(),
    ]

    private static func group(_ name: String, _ words: String, sent: String, _ signed: String, _ key: String?) -> Self {
        var mistake = Self(name: name, words: words) { values in
            var values = values
            values.group = signed
            values.key = key ?? values.key
            return hmac(values, right(values))
        }
        mistake.group = sent
        mistake.isGenerators = false
        return mistake
    }

    /// The API key of the other group, 67890.
    static let otherKey = "another group's key 0123456789"

    private static let groups = [
        group("another group's key", "API key of another group, 67890", sent: "12345", "12345", otherKey),
        group("signed for another PartnerId", "signed for another PartnerId, 67890", sent: "12345", "67890", nil),
        group("sent to another group", "is right for group 67890", sent: "12345", "67890", otherKey),
        group(
            "sent to no group",
            "no group has the PartnerId 555; the LoginKey is right for group 12345",
            sent: "555",
            "12345",
            nil
        ),
    ]

    private static func time(_ name: String, _ words: String, _ lifetime: Int64) -> Self {
        var mistake = Self(name: name, words: words) { hmac($0, right($0)) }
        mistake.lifetime = lifetime
        mistake.isGenerators = false
        return mistake
    }

    private static let times = [
        time("expired", "when the page was loaded", -20), time("expired by the clock", "seconds slow", -20),
        time("a year ahead", "too far ahead", 31_536_000), time("a day and an hour ahead", "seconds fast", 90_000),
    ]
}
