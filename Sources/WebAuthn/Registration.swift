/// What a browser brings of a new credential.
///
/// Source: Web Authentication section 7.1. The attestation statement is read and left alone: which make of authenticator it
/// is, is neither asked for nor known (conveyance `none`).
package struct Registration: Sendable {
    /// The credential that comes of it.
    package struct Credential: Sendable {
        /// Its name; 1 to 1,023 bytes; whether somebody has it already is the store's to know.
        package let id: [UInt8]
        /// What it signs with.
        package let publicKey: CredentialPublicKey
        /// How often it was used.
        package let counter: UInt32
    }

    private let clientData: [UInt8]
    private let attestationObject: [UInt8]

    /// Takes what the browser has sent.
    ///
    /// - Parameters:
    ///   - clientData: JSON.
    ///   - attestationObject: CBOR.
    package init(clientData: [UInt8], attestationObject: [UInt8]) {
        self.clientData = clientData
        self.attestationObject = attestationObject
    }

    /// Checks it.
    ///
    /// - Throws: ``WebAuthnError``.
    package func verify(_ expected: Expectation) throws(WebAuthnError) -> Credential {
        try ClientData(parsing: clientData).check(.registration, expected)
        guard let map = try CBORReader.value(of: attestationObject).map, map["fmt"]?.text != nil,
            map["attStmt"]?.map != nil, let bytes = map["authData"]?.bytes
        else { throw .malformedAttestation }
        let data = try AuthenticatorData(parsing: bytes)
        try expected.check(data)
        guard let credential = data.credential else { throw .malformedAttestation }
        return Credential(id: credential.id, publicKey: credential.publicKey, counter: data.counter)
    }
}
