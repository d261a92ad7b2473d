extension LoginKey {
    /// Reads a LoginKey, byte for byte after `docs/protocol.md#loginkey`.
    ///
    /// Refused are, among others: another version, `$01$`, signs, blanks, leading zeros, 9 or 11 digits, digits outside
    /// ASCII, padding, the standard Base64 alphabet, and the three other spellings of the last character.
    ///
    /// - Parameter text: 57 ASCII characters.
    /// - Throws: ``LoginKeyError/Code/unsupportedVersion``, ``LoginKeyError/Code/malformedExpiry`` or
    ///   ``LoginKeyError/Code/malformedSignature``.
    public init(parsing text: String) throws(LoginKeyError) {
        try self.init(parsing: text.utf8.span)
    }

    /// Reads a LoginKey from UTF-8 bytes, with the rules of ``init(parsing:)-(String)`` and without an allocation.
    public init(parsing bytes: Span<UInt8>) throws(LoginKeyError) {
        guard bytes.count >= 3, bytes[0] == ASCII.dollar, bytes[1] == UInt8(ascii: "1"), bytes[2] == ASCII.dollar else {
            throw LoginKeyError(code: .unsupportedVersion, message: "a LoginKey begins with $1$")
        }
        let (expires, digits) = try Self.expiry(in: bytes)
        guard bytes.count == Self.byteCount,
            let signature = Base64URL.bytes(of: bytes.extracting(14..<Self.byteCount))
        else {
            throw LoginKeyError(
                code: .malformedSignature,
                message: "the signature is 43 base64url characters in their canonical spelling, without padding"
            )
        }
        self.init(expires: expires, spelled: digits, signature: Signature(bytes: signature))
    }

    private static func expiry(in bytes: Span<UInt8>) throws(LoginKeyError) -> (Int64, ExpiryDigits) {
        guard bytes.count > 13, bytes[13] == ASCII.dollar,
            let (expires, digits) = ExpiryDigits.read(bytes.extracting(3..<13)), expiryRange.contains(expires)
        else {
            throw LoginKeyError(
                code: .malformedExpiry,
                message: "the expiry is ten decimal digits of Unix seconds, the first not 0, followed by $"
            )
        }
        return (expires, digits)
    }
}
