internal import Crypto
internal import FoundationEssentials

/// An API key as programs change it by mistake.
struct KeyVariant {
    /// What was done to it, as a whole sentence with what to do.
    let finding: String
    /// What it became.
    let bytes: [UInt8]

    private static let repair = "the UTF-8 bytes of its text are the key, and nothing else"

    /// What may be done to a key; none of them is the key itself.
    static func all(of key: [UInt8]) -> [Self] {
        (ends(of: key) + encodings(of: key) + digests(of: key)).filter { $0.bytes != key && !$0.bytes.isEmpty }
    }

    private init(_ finding: String, _ bytes: [UInt8]) {
        self.finding = "\(finding); \(Self.repair)"
        self.bytes = bytes
    }

    private init(_ finding: String, _ text: String) {
        self.init(finding, Array(text.utf8))
    }

    private static func ends(of key: [UInt8]) -> [Self] {
        let text = String(decoding: key, as: UTF8.self)
        return [
            Self("there is a line break after the API key", text + "\n"),
            Self("there is a line break (CRLF) after the API key", text + "\r\n"),
            Self("there is a carriage return after the API key", text + "\r"),
            Self("there is a blank after the API key", text + " "),
            Self("there are two blanks after the API key", text + "  "),
            Self("there is a tab after the API key", text + "\t"),
            Self("there is a blank in front of the API key", " " + text),
            Self("the API key is in quotes", "\"\(text)\""),
            Self("the API key is in single quotes", "'\(text)'"),
            Self("there is a byte order mark in front of the API key", "\u{FEFF}" + text),
            Self("the API key is in quotes, with a line break after them", "\"\(text)\"\n"),
            Self("the API key is in quotes, with a line break (CRLF) after them", "\"\(text)\"\r\n"),
            Self(
                "there is a byte order mark in front of the API key, and a line break after it",
                "\u{FEFF}" + text + "\n"
            ),
            Self(
                "there is a byte order mark in front of the API key, and a line break (CRLF) after it",
                "\u{FEFF}" + text + "\r\n"
            ),
            Self("there is a NUL byte after the API key", key + [0]),
            Self("the last character of the API key is cut off", key.dropLast()),
            Self("the first character of the API key is cut off", key.dropFirst()),
        ]
    }

    private init(_ finding: String, _ bytes: ArraySlice<UInt8>) {
        self.init(finding, Array(bytes))
    }

    private static func encodings(of key: [UInt8]) -> [Self] {
        let text = String(decoding: key, as: UTF8.self)
        let base64 = Data(key).base64EncodedString()
        let wide = Array(text.utf16)
        return [
            Self("the API key was taken for Base64 and decoded", decodedBase64(text)),
            Self("the API key was taken for hexadecimal and decoded", decodedHexadecimal(key)),
            Self("the API key was encoded as Base64", base64),
            Self("the API key was encoded as Base64 without padding", base64.replacing("=", with: "")),
            Self("the API key was encoded as base64url", urlAlphabet(base64)),
            Self("the API key was encoded as base64url without padding", urlAlphabet(base64).replacing("=", with: "")),
            Self("the API key was encoded as hexadecimal", hexadecimal(key)),
            Self("the API key was encoded as hexadecimal in capitals", hexadecimal(key).uppercased()),
            Self("the API key is in lower case", text.lowercased()),
            Self("the API key is in upper case", text.uppercased()),
            Self("the API key was encoded as UTF-16", wide.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }),
            Self("the API key was encoded as UTF-16, big-endian", wide.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }),
            Self("the API key was encoded as Latin-1", CharacterSets.latin1Bytes(text) ?? []),
            Self(
                "the API key lost its characters outside ASCII",
                Array(text.unicodeScalars.map { $0.isASCII ? UInt8($0.value) : UInt8(ascii: "?") })
            ),
        ]
    }

    private static func digests(of key: [UInt8]) -> [Self] {
        let digest = Array(SHA256.hash(data: key))
        return [
            Self("the API key was hashed with SHA-256 first", digest),
            Self("the API key was hashed with SHA-256 first, and written in hexadecimal", hexadecimal(digest)),
        ]
    }

    private static func decodedBase64(_ text: String) -> [UInt8] {
        let standard = text.replacing("-", with: "+").replacing("_", with: "/").replacing("=", with: "")
        let padding = String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        return Data(base64Encoded: standard + padding).map(Array.init) ?? []
    }

    private static func decodedHexadecimal(_ key: [UInt8]) -> [UInt8] {
        guard key.count.isMultiple(of: 2) else { return [] }
        let bytes = stride(from: 0, to: key.count, by: 2)
            .compactMap { UInt8(String(decoding: key[$0..<$0 + 2], as: UTF8.self), radix: 16) }
        return bytes.count * 2 == key.count ? bytes : []
    }

    private static func urlAlphabet(_ text: String) -> String {
        text.replacing("+", with: "-").replacing("/", with: "_")
    }

    /// Two digits a byte.
    static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
