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
    var apiKey = usualKey
    /// How long the key is good, in seconds.
    var lifetime: Int64 = 60
    /// Words that would send the reader the wrong way.
    var wrongWords = "\u{0}"
    /// Whether a generator can make it, so that `conformance` has to name it.
    var isGenerators = true
    /// Whether it can come in a request, so that `key explain` has to name it.
    var isPresented = true
    var signature: @Sendable (Values) -> [UInt8] = { LoginKeyMistake.hmac($0, LoginKeyMistake.right($0)) }
    var spelling: @Sendable (String, [UInt8]) -> String = { "$1$\($0)$\(LoginKeyMistake.base64URL($1))" }

    var testDescription: String { name }

    /// The API key of most.
    static let usualKey = "0123456789ABCDEFGHIJabcdefghij"

    static let all = separators + parts + users + keys + expiries + spellings + sentWrong + groups + times

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
