import Crypto
import Foundation

// MARK: What was signed

extension LoginKeyMistake {
    static func signing(
        _ name: String,
        _ words: String,
        user: String = "joe",
        _ message: @escaping @Sendable (Values) -> String
    ) -> Self {
        Self(name: name, words: words, user: user, signature: { hmac($0, message($0)) })
    }

    static let separators: [Self] =
        [
            ("a line break", "\n"), ("a line break (CRLF)", "\r\n"), ("a blank", " "), ("a tab", "\t"),
            ("a NUL byte", "\0"),
            ("~", "~"),
            ("$", "$"), ("&", "&"), (":", ":"), (";", ";"), ("|", "|"), ("a comma and a blank", ", "), (",", ","),
            ("/", "/"),
            ("-", "-"), ("_", "_"), (".", "."), ("+", "+"), ("=", "="), ("#", "#"),
        ]
        .map { name, text in
            signing("all parts joined by \(name)", "joined by \(name);") {
                [$0.group, $0.user, "1", $0.expiry].joined(separator: text)
            }
        } + [
            signing("ids joined by a line break", "joined by a line break;") { "\($0.group)\n\($0.user)1\($0.expiry)" },
            signing("a line break after the message", "at an end of the signed message") { right($0) + "\n" },
        ]

    static let parts = [
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
        signing("version as $1$ and a $ at the end", "with a $ after the expiry") {
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

    init(name: String, words: String, signature: @escaping @Sendable (Values) -> [UInt8]) {
        self.name = name
        self.words = words
        self.signature = signature
    }

    // Where `isPresented` is false, no group can have such a user: the store takes no blanks at the ends and no form D.
    static func id(
        _ phrase: String,
        _ user: String,
        isPresented: Bool = true,
        _ change: @escaping @Sendable (String) -> String
    ) -> Self {
        var mistake = signing("PartnerUserId \(phrase)", "PartnerUserId was signed \(phrase)", user: user) {
            "\($0.group)\(change($0.user))1\($0.expiry)"
        }
        mistake.isPresented = isPresented
        return mistake
    }

    static let users = [
        id("in Unicode form C", "jose\u{301}", isPresented: false) { $0.precomposedStringWithCanonicalMapping },
        id("in Unicode form D", "jos\u{E9}") { $0.decomposedStringWithCanonicalMapping },
        id("in lower case", "JoeDOE") { $0.lowercased() }, id("in upper case", "JoeDOE") { $0.uppercased() },
        id("without the blanks at its ends", " joe ", isPresented: false) { $0.trimmingCharacters(in: .whitespaces) },
        id("with a blank for each +", "joe+x@ex.example") { $0.replacing("+", with: " ") },
        id("with a + for each blank", "dana smith") { $0.replacing(" ", with: "+") },
        id("in percent-encoded form", "dana smith") { $0.replacing(" ", with: "%20") },
        id("in percent-encoded form, as encodeURIComponent does it", "a b!") { $0.replacing(" ", with: "%20") },
        id("in percent-encoded form, with small letters", "a/b") { $0.replacing("/", with: "%2f") },
        id("percent-decoded once more", "50%25 off") { $0.replacing("%25", with: "%") },
        id("with HTML entities", "sean.o'brien@acme.example") { $0.replacing("'", with: "&#39;") },
        id("with backslashes in front of quotes", "sean.o'brien") { $0.replacing("'", with: "\\'") },
        id("with a blank after it", "joe") { $0 + " " }, id("with a line break after it", "joe") { $0 + "\n" },
        id("with a line break (CRLF) after it", "joe") { $0 + "\r\n" },
        id("with a tab after it", "joe") { $0 + "\t" },
        id("with a blank in front of it", "joe") { " " + $0 },
        id("with a byte order mark in front of it", "joe") { "\u{FEFF}" + $0 },
        id("in quotes", "joe") { "\"\($0)\"" }, id("in single quotes", "joe") { "'\($0)'" },
        id("in percent-encoded form, blanks as +", "a b/c") {
            $0.replacing(" ", with: "+").replacing("/", with: "%2F")
        },
        id("in the form of encodeURI", "a b@c") { $0.replacing(" ", with: "%20") },
        id("as mojibake (UTF-8 read as Windows-1252)", "\u{20AC}uro") {
            $0.replacing("\u{20AC}", with: "\u{E2}\u{201A}\u{AC}")
        },
        id("without its characters outside ASCII", "jos\u{E9}") { $0.replacing("\u{E9}", with: "") },
        id("in the 18 characters of a Salesforce id", "0055g00000AbCdE") { $0 + "AAV" },
        id("as mojibake", "jos\u{E9}") { $0.replacing("\u{E9}", with: "\u{C3}\u{A9}") },
        id("with ? for characters outside ASCII", "jos\u{E9}") { $0.replacing("\u{E9}", with: "?") },
        id("with \\u escapes", "jos\u{E9}") { $0.replacing("\u{E9}", with: "\\u00e9") },
        id("in the 15 characters of a Salesforce id", "0055g00000AbCdEAAV") { String($0.prefix(15)) },
        Self(name: "PartnerUserId in Latin-1", words: "in Latin-1", user: "jos\u{E9}") { values in
            code(right(values).unicodeScalars.map { UInt8($0.value) }, Array(values.key.utf8))
        },
    ]

    init(name: String, words: String, user: String, signature: @escaping @Sendable (Values) -> [UInt8]) {
        self.init(name: name, words: words, signature: signature)
        self.user = user
    }
}
