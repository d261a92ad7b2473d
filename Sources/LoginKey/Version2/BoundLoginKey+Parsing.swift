extension BoundLoginKey {
    /// Whether a text says that it is a key of version 2.
    static func isClaimed(by text: Span<UInt8>) -> Bool {
        text.count >= 3 && text[0] == ASCII.dollar && text[1] == UInt8(ascii: "2") && text[2] == ASCII.dollar
    }

    /// Reads a key, byte for byte after `docs/loginkey-2.md#form`: there is one spelling of each.
    ///
    /// - Parameter text: ASCII, at most ``maximumByteCount`` bytes.
    /// - Throws: ``LoginKeyError`` with the code of the first part that is malformed:
    ///   ``LoginKeyError/Code/unsupportedVersion``, ``LoginKeyError/Code/malformedAlgorithm``,
    ///   ``LoginKeyError/Code/malformedKeyID``, ``LoginKeyError/Code/malformedExpiry``,
    ///   ``LoginKeyError/Code/malformedNonce``, ``LoginKeyError/Code/malformedPurpose``,
    ///   ``LoginKeyError/Code/malformedAudience`` or ``LoginKeyError/Code/malformedSignature``.
    public init(parsing text: String) throws(LoginKeyError) {
        guard text.utf8.count <= Self.maximumByteCount else {
            throw LoginKeyError(code: .malformedSignature, message: "a LoginKey of version 2 has at most 512 bytes")
        }
        let bytes = text.utf8.span
        guard Self.isClaimed(by: bytes) else {
            throw LoginKeyError(code: .unsupportedVersion, message: "a LoginKey of version 2 begins with $2$")
        }
        var reader = KeyReader(position: 3)
        guard let algorithm = LoginKeyAlgorithm(bytes.extracting(reader.next(in: bytes))) else {
            throw LoginKeyError(code: .malformedAlgorithm, message: "the algorithm is HS256 or Ed25519")
        }
        let keyID = try Self.keyID(bytes.extracting(reader.next(in: bytes)))
        let expires = try Self.expiry(bytes.extracting(reader.next(in: bytes)))
        let nonce = reader.next(in: bytes)
        guard (22...43).contains(nonce.count), Base64URL.isCanonical(bytes.extracting(nonce)) else {
            throw LoginKeyError(
                code: .malformedNonce,
                message: "the nonce is 16 to 32 bytes in base64url, without padding"
            )
        }
        let target = reader.next(in: bytes)
        let (command, session, audience) = try Self.target(target, of: bytes)
        let signature = try Self.signature(reader.position..<bytes.count, algorithm, of: bytes)
        self.init(
            algorithm: algorithm,
            keyID: keyID,
            expires: expires,
            command: command,
            text: text,
            nonce: nonce,
            session: session,
            audienceRange: audience,
            signature: signature
        )
    }

    private static func keyID(_ text: Span<UInt8>) throws(LoginKeyError) -> Int64 {
        var number: Int64 = 0
        var isGood = (1...18).contains(text.count) && text[0] != ASCII.zero
        if isGood {
            for index in text.indices {
                isGood = isGood && ASCII.isDigit(text[index])
                number = number &* 10 &+ Int64(text[index] &- ASCII.zero)
            }
        }
        guard isGood else {
            throw LoginKeyError(code: .malformedKeyID, message: "the key id is 1 to 18 digits, the first not 0")
        }
        return number
    }

    private static func expiry(_ text: Span<UInt8>) throws(LoginKeyError) -> Int64 {
        guard text.count == 10, let seconds = ExpiryDigits.read(text)?.seconds, LoginKey.expiryRange.contains(seconds)
        else {
            throw LoginKeyError(
                code: .malformedExpiry,
                message: "the expiry is ten decimal digits of Unix seconds, the first not 0"
            )
        }
        return seconds
    }

    /// Reads `command[:sessionkey]@audience`.
    private static func target(
        _ range: Range<Int>,
        of bytes: Span<UInt8>
    ) throws(LoginKeyError) -> (LoginKeyCommand, session: Range<Int>, audience: Range<Int>) {
        guard let at = bytes.index(of: UInt8(ascii: "@"), in: range) else { throw LoginKeyPurpose.malformed }
        let colon = bytes.index(of: UInt8(ascii: ":"), in: range.lowerBound..<at)
        let session = colon.map { $0 + 1..<at } ?? at..<at
        guard let command = LoginKeyCommand(bytes.extracting(range.lowerBound..<(colon ?? at))),
            command.allows(session: colon != nil),
            colon == nil || LoginKeyPurpose.isSessionKey(bytes.extracting(session))
        else { throw LoginKeyPurpose.malformed }
        let audience = at + 1..<range.upperBound
        guard LoginKeyAudience.isWellFormed(bytes.extracting(audience)) else { throw LoginKeyAudience.malformed }
        return (command, session, audience)
    }

    private static func signature(
        _ range: Range<Int>,
        _ algorithm: LoginKeyAlgorithm,
        of bytes: Span<UInt8>
    ) throws(LoginKeyError) -> SignatureBytes {
        switch algorithm {
        case .hs256:
            if let code = Base64URL.bytes(of: bytes.extracting(range)) { return .hs256(code) }
        case .ed25519:
            if range.count == 86, let code = Base64URL.decode(bytes.extracting(range)) { return .ed25519(code) }
        }
        throw LoginKeyError(
            code: .malformedSignature,
            message: "the signature is 43 base64url characters for HS256 and 86 for Ed25519, without padding"
        )
    }
}

/// Cuts a key at its dollars.
private struct KeyReader {
    private(set) var position: Int

    /// The part up to the next dollar, which is left behind; all that is there, where none follows.
    mutating func next(in bytes: Span<UInt8>) -> Range<Int> {
        let start = position
        let end = bytes.index(of: ASCII.dollar, in: start..<bytes.count) ?? bytes.count
        position = min(end + 1, bytes.count)
        return start..<end
    }
}

extension Span<UInt8> {
    /// Where a byte stands first; `nil` if nowhere.
    fileprivate func index(of byte: UInt8, in range: Range<Int>) -> Int? {
        let range = range.clamped(to: 0..<count)
        let repeated = UInt64(byte) &* 0x0101_0101_0101_0101
        var index = range.lowerBound
        while index + 8 <= range.upperBound {
            // Byte by byte it takes as long as a block of the hash. Unsafe by its name: the load is checked against the span,
            // and any eight bytes are a number.
            let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
            let difference = UInt64(littleEndian: word) ^ repeated
            // The lowest bit that is left stands in the first byte that is the one looked for.
            let found = (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
            if found != 0 { return index + found.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < range.upperBound {
            if self[index] == byte { return index }
            index += 1
        }
        return nil
    }
}
