import Crypto
import Foundation

// MARK: Which expiry, and how it is spelled

extension LoginKeyMistake {
    static let expiries = [
        signing("milliseconds signed", "milliseconds were signed and seconds sent") { right($0) + "417" },
        signing("time of issue signed", "the time of issue was signed") {
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

    static func spelled(
        _ name: String,
        _ words: String,
        _ spelling: @escaping @Sendable (String, [UInt8]) -> String
    ) -> Self {
        Self(name: name, words: words, spelling: spelling)
    }

    init(
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

    static let spellings = [
        spelled("padded", "the signature is padded") { "$1$\($0)$\(base64URL($1))=" },
        spelled("hexadecimal", "in hexadecimal") {
            "$1$\($0)$\($1.map { String(256 + Int($0), radix: 16).suffix(2) }.joined())"
        },
        spelled("no version in the key", "has the form $1$") { "\($0)$\(base64URL($1))" },
        spelled("version 2 in the key", "only 1 is known") { "$2$\($0)$\(base64URL($1))" },
        {
            var mistake = spelled("a line break inside", "a blank or a line break") { broken($0, $1, "\n") }
            mistake.isGenerators = false
            return mistake
        }(),
        {
            var mistake = spelled("a line break inside what is printed", "it printed 2 lines") { broken($0, $1, "\n") }
            mistake.isPresented = false
            return mistake
        }(),
        spelled("a blank inside", "a blank or a line break") { broken($0, $1, " ") },
        {
            var mistake = spelled("a + arrived as a blank", "a + in it has arrived as a blank") {
                "$1$\($0)$\(Data($1).base64EncodedString().replacing("+", with: " "))"
            }
            mistake.user = userWithPlus
            mistake.isGenerators = false
            return mistake
        }(),
        {
            var mistake = spelled("the standard alphabet", "standard Base64 alphabet") {
                "$1$\($0)$\(Data($1).base64EncodedString().dropLast())"
            }
            mistake.user = userWithPlus
            return mistake
        }(),
        spelled("cut off", "characters instead of 43") { "$1$\($0)$\(base64URL($1).prefix(40))" },
        spelled("hexadecimal encoded once more", "characters instead of 43") { expiry, bytes in
            let text = bytes.map { String(256 + Int($0), radix: 16).suffix(2) }.joined()
            return "$1$\(expiry)$\(base64URL(Array(text.utf8)))"
        },
        spelled("escaped twice", "percent-encoded twice") { "%241%24\($0)%24\(base64URL($1))" },
        spelled("an expiry of nine digits", "ten decimal digits") { "$1$\($0.dropLast())$\(base64URL($1))" },
    ]

    private static func broken(_ expiry: String, _ signature: [UInt8], _ text: String) -> String {
        let all = base64URL(signature)
        return "$1$\(expiry)$\(all.prefix(20))\(text)\(all.dropFirst(20))"
    }

    /// A user whose signature has a + in it where the alphabet is the wrong one.
    private static let userWithPlus =
        (0...).lazy.map { "joe\($0)" }
        .first { user in
            let values = Values(user: user, expiry: "1700000060", key: usualKey)
            return Data(hmac(values, right(values))).base64EncodedString().contains("+")
        } ?? ""
}
