/// The secret that a group shares with its CRM.
///
/// It holds the keyed state of HMAC-SHA-256, so that making and checking LoginKeys does not hash the key again.
/// It has no public bytes, prints as redacted and is not `Codable`.
public struct APIKey: Sendable {
    /// The most bytes of UTF-8 a key may have.
    public static let maximumByteCount = 1024

    private let bytes: [UInt8]
    let keyedHash: KeyedHash

    /// Takes a key in the text form that the CRM uses.
    ///
    /// Its UTF-8 bytes are the key.
    ///
    /// - Parameter text: 1 to 1,024 bytes of UTF-8. Strength is not checked here; see ``estimatedBits``.
    /// - Throws: ``LoginKeyError/Code/malformedAPIKey``.
    public init(text: String) throws(LoginKeyError) {
        let bytes = Array(text.utf8)
        guard (1...Self.maximumByteCount).contains(bytes.count) else {
            throw LoginKeyError(code: .malformedAPIKey, message: "an API key is 1 to 1,024 bytes of UTF-8")
        }
        self.init(bytes: bytes)
    }

    init(bytes: [UInt8]) {
        self.bytes = bytes
        self.keyedHash = KeyedHash(key: bytes)
    }

    /// Makes a key of 256 random bits, spelled in 43 base64url characters.
    public static func generate(using generator: inout some RandomNumberGenerator) -> Self {
        var random = Signature.Bytes(repeating: 0)
        for index in random.indices {
            random[index] = generator.next()
        }
        return Self(bytes: Array(Base64URL.text(of: random).utf8))
    }

    /// The key's bytes, for the one place that encrypts them and the one that shows a new key once.
    package func withSecretBytes<Result>(_ body: ([UInt8]) throws -> Result) rethrows -> Result {
        try body(bytes)
    }
}

extension APIKey {
    /// An upper bound on the key's strength in bits, guessed from its length and the kinds of characters in it.
    ///
    /// A key that a person made up is weaker than this says; a key below 128 bits is weak in any case.
    public var estimatedBits: Int {
        var alphabet = 0
        if bytes.contains(where: ASCII.isDigit) { alphabet += 10 }
        if bytes.contains(where: { ASCII.isLetter($0) && $0 & 0x20 != 0 }) { alphabet += 26 }
        if bytes.contains(where: { ASCII.isLetter($0) && $0 & 0x20 == 0 }) { alphabet += 26 }
        if bytes.contains(where: { !ASCII.isDigit($0) && !ASCII.isLetter($0) }) { alphabet += 32 }
        let distinct = Set(bytes).count
        let perCharacter = min(Self.bits(alphabet), 2 * Self.bits(distinct))
        return bytes.count * perCharacter / 16
    }

    /// The base-2 logarithm of at most 255 choices, in sixteenths, rounded down.
    private static func bits(_ choices: Int) -> Int {
        guard choices > 1 else { return 0 }
        let power = (0..<16).reduce(UInt128(1)) { power, _ in power * UInt128(min(choices, 255)) }
        return UInt128.bitWidth - 1 - power.leadingZeroBitCount
    }
}

extension APIKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Always the same text; never the key.
    public var description: String { "APIKey(redacted)" }
    /// Always the same text; never the key.
    public var debugDescription: String { description }
    /// Shows no children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
