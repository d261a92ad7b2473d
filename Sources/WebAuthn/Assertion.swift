internal import Crypto

/// What a browser brings of a credential that was used.
///
/// Source: Web Authentication section 7.2.
package struct Assertion: Sendable {
    /// A credential as it was kept.
    package struct Credential: Sendable {
        /// Its name.
        package var id: [UInt8]
        /// What it signs with, as it was sent.
        package var publicKey: [UInt8]
        /// How it signs, by its number.
        package var algorithm: Int64
        /// How often it was used.
        package var counter: UInt32

        /// Describes a credential.
        package init(id: [UInt8], publicKey: [UInt8], algorithm: Int64, counter: UInt32) {
            self.id = id
            self.publicKey = publicKey
            self.algorithm = algorithm
            self.counter = counter
        }
    }

    /// The credential that has signed, as the browser says.
    package let credentialID: [UInt8]
    private let clientData: [UInt8]
    private let authenticatorData: [UInt8]
    private let signature: [UInt8]

    /// Takes what the browser has sent.
    ///
    /// - Parameters:
    ///   - credentialID: The credential's name.
    ///   - clientData: JSON.
    ///   - authenticatorData: What the authenticator says.
    ///   - signature: Over the authenticator data and the digest of the client data.
    package init(credentialID: [UInt8], clientData: [UInt8], authenticatorData: [UInt8], signature: [UInt8]) {
        self.credentialID = credentialID
        self.clientData = clientData
        self.authenticatorData = authenticatorData
        self.signature = signature
    }

    /// Checks it.
    ///
    /// Whose the credential is, is the caller's to know.
    ///
    /// - Returns: How often the credential was used, to be kept.
    /// - Throws: ``WebAuthnError``.
    package func verify(_ expected: Expectation, by credential: Credential) throws(WebAuthnError) -> UInt32 {
        guard credential.id == credentialID else { throw .wrongCredential }
        let key = try CredentialPublicKey(parsing: credential.publicKey)
        guard key.algorithm.rawValue == credential.algorithm else { throw .malformedPublicKey }
        try ClientData(parsing: clientData).check(.assertion, expected)
        let data = try AuthenticatorData(parsing: authenticatorData)
        guard data.credential == nil else { throw .malformedAuthenticatorData }
        try expected.check(data)
        guard key.isValid(signature, for: authenticatorData + Array(SHA256.hash(data: clientData))) else {
            throw .wrongSignature
        }
        let isCounted = data.counter != 0 || credential.counter != 0
        guard !isCounted || data.counter > credential.counter else { throw .counterWentBack }
        return data.counter
    }
}
