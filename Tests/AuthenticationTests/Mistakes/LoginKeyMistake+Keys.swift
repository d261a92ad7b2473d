import Crypto
import Foundation

// MARK: With which key

extension LoginKeyMistake {
    static func key(
        _ words: String,
        _ apiKey: String = usualKey,
        _ change: @escaping @Sendable (String) -> [UInt8]
    ) -> Self {
        var mistake = Self(name: words, words: words) { code(Array(right($0).utf8), change($0.key)) }
        mistake.apiKey = apiKey
        return mistake
    }

    static let keys = [
        key("there is a line break after the API key") { Array(($0 + "\n").utf8) },
        key("there is a line break (CRLF) after the API key") { Array(($0 + "\r\n").utf8) },
        key("there is a blank after the API key") { Array(($0 + " ").utf8) },
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
        Self(name: "HMAC-SHA-512", words: "a truncated HMAC-SHA-512") { values in
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
