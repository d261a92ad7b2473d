internal import Crypto
package import LoginKey

/// Finds out what a signature was made of instead of the right message and key, by making the usual mistakes.
///
/// It needs no store: `key explain` and `conformance` share it.
package struct SignatureDiagnosis {
    private let partnerID: String
    private let partnerUserID: String
    private let expiries: [String]
    private let apiKeys: [APIKey]

    /// Makes a diagnosis.
    ///
    /// - Parameters:
    ///   - partnerID: The group that was presented.
    ///   - partnerUserID: The user that was presented, decoded.
    ///   - expiries: The spellings of the expiry that may have been signed.
    ///   - apiKeys: The keys that should have been used.
    package init(partnerID: String, partnerUserID: String, expiries: [String], apiKeys: [APIKey]) {
        self.partnerID = partnerID
        self.partnerUserID = partnerUserID
        self.expiries = expiries
        self.apiKeys = apiKeys
    }

    /// What is wrong with a signature; `nil` if nothing is, or no usual mistake makes it.
    package func mistake(in loginKey: LoginKey) -> String? {
        let signature = loginKey.identity
        for expiry in expiries {
            let messages = MessageMistake.all(partnerID, partnerUserID, expiry)
            let right = Array("\(partnerID)\(partnerUserID)1\(expiry)".utf8)
            for apiKey in apiKeys {
                let key = apiKey.withSecretBytes { $0 }
                if let found = messages.first(where: { Self.isSigned(signature, $0.bytes, key) }) {
                    return found.finding
                }
                if let found = Self.keyMistake(signature, right, key) { return found }
                if let found = twoMistakes(signature, expiry, key) { return found }
            }
        }
        return nil
    }

    /// Whether a signature is that of a message.
    static func isSigned(_ signature: [UInt8], _ message: [UInt8], _ key: [UInt8]) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: message, using: SymmetricKey(data: key))
    }

    private static func keyMistake(_ signature: [UInt8], _ message: [UInt8], _ key: [UInt8]) -> String? {
        if let found = KeyVariant.all(of: key).first(where: { isSigned(signature, message, $0.bytes) }) {
            return found.finding
        }
        if isSigned(signature, key, message) { return "API key and message are swapped in the call of HMAC" }
        let symmetric = SymmetricKey(data: key)
        let others: [(String, [UInt8])] = [
            (
                "the signature is a truncated HMAC-SHA-512; it has to be HMAC-SHA-256",
                Array(HMAC<SHA512>.authenticationCode(for: message, using: symmetric))
            ),
            (
                "the signature is a truncated HMAC-SHA-384; it has to be HMAC-SHA-256",
                Array(HMAC<SHA384>.authenticationCode(for: message, using: symmetric))
            ),
            (
                "API key and message were hashed with plain SHA-256; it has to be HMAC",
                Array(SHA256.hash(data: key + message))
            ),
            (
                "message and API key were hashed with plain SHA-256; it has to be HMAC",
                Array(SHA256.hash(data: message + key))
            ),
            (
                "the message was hashed with plain SHA-256; it has to be HMAC with the API key",
                Array(SHA256.hash(data: message))
            ),
        ]
        return others.first { areEqual(Array($0.1.prefix(32)), signature) }?.0
    }

    /// A changed PartnerUserId under a changed API key.
    private func twoMistakes(_ signature: [UInt8], _ expiry: String, _ key: [UInt8]) -> String? {
        let keys = KeyVariant.all(of: key)
        for variant in IdentifierVariant.all(of: partnerUserID) {
            let message = Array(partnerID.utf8) + variant.bytes + Array("1\(expiry)".utf8)
            if let found = keys.first(where: { Self.isSigned(signature, message, $0.bytes) }) {
                return "\(found.finding); and the PartnerUserId was signed \(variant.phrase)"
            }
        }
        return nil
    }

    /// Compares in constant time: as codes over nothing, which the library compares.
    private static func areEqual(_ first: [UInt8], _ second: [UInt8]) -> Bool {
        let key = SymmetricKey(size: .bits256)
        let code = HMAC<SHA256>.authenticationCode(for: first, using: key)
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: second, using: key)
    }
}
