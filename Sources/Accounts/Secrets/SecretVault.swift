internal import Crypto
internal import FoundationEssentials
package import LoginKey

/// Encrypts the secrets that a store keeps, and fingerprints API keys so that no two groups ever hold the same one.
///
/// AES-256-GCM with a random nonce; the associated data binds each secret to its purpose, group and owner, so that a
/// ciphertext moved to another row does not open (`docs/threats.md#stolen-database`).
package struct SecretVault: Sendable {
    private let encryptionKey: SymmetricKey
    private let fingerprintKey: SymmetricKey
    /// Signs checkpoints of the audit.
    package let auditSigner: AuditSigner
    /// Tells master keys apart without revealing anything of them: 32 bytes.
    package let masterKeyCheck: [UInt8]

    /// Derives the vault's keys.
    package init(masterKey: MasterKey) {
        self.encryptionKey = masterKey.derivedKey(for: "secret encryption")
        self.fingerprintKey = masterKey.derivedKey(for: "api key fingerprint")
        self.auditSigner = AuditSigner(masterKey: masterKey)
        // The bytes are copied out while the key lends them: a `SymmetricKey` gives them in no other way.
        self.masterKeyCheck = unsafe masterKey.derivedKey(for: "master key check").withUnsafeBytes { unsafe Array($0) }
    }

    /// What people call the master key: eight hexadecimal digits.
    package var masterKeyName: String { Self.masterKeyName(ofCheck: masterKeyCheck) }

    /// What people call the master key that a store's check was made with.
    package static func masterKeyName(ofCheck check: some Sequence<UInt8>) -> String {
        check.prefix(4).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Checks whether a store was made with this master key, by the check value in it.
    ///
    /// - Throws: ``AccountsError/Code/unreadableSecret``, naming both keys.
    package func require(_ check: some Sequence<UInt8>) throws(AccountsError) {
        guard Array(check) != masterKeyCheck else { return }
        throw AccountsError(
            code: .unreadableSecret,
            message:
                "it was made with the master key \(Self.masterKeyName(ofCheck: check)), and this is the master key "
                + masterKeyName
        )
    }

    /// What a secret is for; part of the associated data.
    package enum Purpose: String, Sendable {
        /// A group's API key.
        case apiKey
        /// A Salesforce organisation's Canvas consumer secret.
        case salesforceConsumerSecret
        /// The secret that this installation proves itself to an identity provider with.
        case openIDClientSecret
        /// What an authenticator app shares with this server.
        case oneTimeCodes
    }

    /// Encrypts a text.
    ///
    /// - Parameters:
    ///   - secret: Any text.
    ///   - purpose: What it is for.
    ///   - partnerID: Whose it is.
    ///   - owner: The id of the row that keeps it.
    /// - Returns: Nonce, ciphertext and tag.
    /// - Throws: An error of swift-crypto.
    package func seal(_ secret: String, for purpose: Purpose, of partnerID: PartnerID, owner: String) throws -> [UInt8]
    {
        try seal(Array(secret.utf8), for: purpose, of: partnerID, owner: owner)
    }

    /// Encrypts an API key.
    package func seal(
        _ apiKey: APIKey,
        for purpose: Purpose,
        of partnerID: PartnerID,
        owner: String
    ) throws -> [UInt8] {
        try apiKey.withSecretBytes { try seal($0, for: purpose, of: partnerID, owner: owner) }
    }

    /// Decrypts a text.
    ///
    /// - Throws: ``AccountsError/Code/unreadableSecret`` if the master key, purpose, group or owner is different, or
    ///   the bytes were changed.
    package func open(
        _ sealed: [UInt8],
        for purpose: Purpose,
        of partnerID: PartnerID,
        owner: String
    ) throws(AccountsError) -> String {
        do {
            let box = try AES.GCM.SealedBox(combined: sealed)
            let data = Self.associatedData(purpose, partnerID, owner)
            let plain = try AES.GCM.open(box, using: encryptionKey, authenticating: data)
            return String(decoding: plain, as: UTF8.self)
        } catch {
            throw AccountsError(
                code: .unreadableSecret,
                message: "a stored secret of group \(partnerID) does not open: wrong master key, or a changed database",
                cause: error
            )
        }
    }

    /// Decrypts an API key.
    package func openAPIKey(
        _ sealed: [UInt8],
        for purpose: Purpose,
        of partnerID: PartnerID,
        owner: String
    ) throws(AccountsError) -> APIKey {
        do {
            return try APIKey(text: open(sealed, for: purpose, of: partnerID, owner: owner))
        } catch let error as AccountsError {
            throw error
        } catch {
            throw AccountsError(code: .unreadableSecret, message: "a stored API key is empty", cause: error)
        }
    }

    /// A keyed fingerprint of an API key, 32 bytes: equal for equal keys, and useless without the master key.
    package func fingerprint(of apiKey: APIKey) -> [UInt8] {
        apiKey.withSecretBytes { Array(HMAC<SHA256>.authenticationCode(for: $0, using: fingerprintKey)) }
    }

    /// The same for a key of either kind.
    package func fingerprint(of key: VerificationKey) -> [UInt8] {
        switch key {
        case .secret(let apiKey): fingerprint(of: apiKey)
        case .ed25519(let publicKey):
            Array(
                HMAC<SHA256>.authenticationCode(for: Array("Ed25519\0".utf8) + publicKey.bytes, using: fingerprintKey)
            )
        }
    }

    private func seal(
        _ secret: [UInt8],
        for purpose: Purpose,
        of partnerID: PartnerID,
        owner: String
    ) throws -> [UInt8] {
        let data = Self.associatedData(purpose, partnerID, owner)
        let box = try AES.GCM.seal(secret, using: encryptionKey, authenticating: data)
        // The nonce has the default size, for which a combined form exists.
        return Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
    }

    private static func associatedData(_ purpose: Purpose, _ partnerID: PartnerID, _ owner: String) -> [UInt8] {
        Array("\(purpose.rawValue)|\(partnerID.text)|\(owner)".utf8)
    }
}
