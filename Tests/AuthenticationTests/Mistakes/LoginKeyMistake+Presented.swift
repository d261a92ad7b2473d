import Crypto
import Foundation

// MARK: Sent otherwise than signed, or both

extension LoginKeyMistake {
    /// Signed for what the group has, and sent otherwise.
    static func sent(_ words: String, _ user: String, _ sent: String) -> Self {
        var mistake = Self(name: "sent \(words)", words: "the same user: it was sent \(words)", user: user) {
            hmac($0, right($0))
        }
        mistake.sent = sent
        mistake.isGenerators = false
        return mistake
    }

    /// Signed and sent otherwise than the group has it.
    static func both(_ what: String, _ user: String, _ sent: String, words: String? = nil) -> Self {
        let words = words ?? "is the same user: it was signed and sent \(what)"
        var mistake = Self(name: "signed and sent \(what)", words: words, user: user) { values in
            hmac(values, "\(values.group)\(sent)1\(values.expiry)")
        }
        mistake.sent = sent
        mistake.isGenerators = false
        return mistake
    }

    private static let isName = "it is the user name or e-mail address of dana@office.example"

    static let sentWrong = [
        sent("in lower case", "005A1", "005a1"), sent("with a blank after it", "005A1", "005A1 "),
        sent("with a blank for each +", "joe+x@ex.example", "joe x@ex.example"),
        sent("with a + for each blank", "dana smith", "dana+smith"),
        sent("as mojibake", "jos\u{E9}", "jos\u{C3}\u{A9}"), sent("in Unicode form D", "jos\u{E9}", "jose\u{301}"),
        sent("in the 18 characters of a Salesforce id", "0055g00000AbCdE", "0055g00000AbCdEAAV"),
        sent("in percent-encoded form", "dana smith", "dana%20smith"),
        sent("with HTML entities", "sean.o'brien", "sean.o&#39;brien"),
        sent("in the 15 characters of a Salesforce id", "0055g00000AbCdEAAV", "0055g00000AbCdE"),
        both("in lower case", "005A1", "005a1"), both("with a blank after it", "005A1", "005A1 "),
        both("with a + for each blank", "dana smith", "dana+smith"),
        both("as mojibake", "jos\u{E9}", "jos\u{C3}\u{A9}"),
        both("in Unicode form D", "jos\u{E9}", "jose\u{301}"),
        both(
            "in another case",
            "005Ab1XYZ",
            "005aB1XyZ",
            words: "is the same user: it was signed and sent in another spelling"
        ),
        both("with a blank for each +", "joe+x@ex.example", "joe x@ex.example"),
        both("in percent-encoded form", "dana smith", "dana%20smith"),
        both("as the user name", "005A1", "dana@office.example", words: isName),
        both("as the e-mail address", "005A1", "dana@mail.example", words: isName),
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

    static func group(_ name: String, _ words: String, sent: String, _ signed: String, _ key: String?) -> Self {
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

    static let groups = [
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

    static func time(_ name: String, _ words: String, not wrongWords: String = "\u{0}", _ lifetime: Int64) -> Self {
        var mistake = Self(name: name, words: words) { hmac($0, right($0)) }
        mistake.wrongWords = wrongWords
        mistake.lifetime = lifetime
        mistake.isGenerators = false
        return mistake
    }

    static let times = [
        time("expired: made at page load", "when the page was loaded", -20),
        time("expired: a slow clock", "seconds slow", -20),
        time("expires a year ahead", "too far ahead", not: "fast", 31_536_000),
        time("expires a day and an hour ahead", "seconds fast", 90_000),
    ]
}
