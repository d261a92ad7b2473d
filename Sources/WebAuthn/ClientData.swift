internal import LoginKey
internal import WireCodec

/// What the browser has had signed: which ceremony it was, and whose page has asked for it.
///
/// Source: Web Authentication section 5.8.1.
struct ClientData: Sendable {
    /// The ceremonies.
    enum Ceremony: String {
        case registration = "webauthn.create"
        case assertion = "webauthn.get"
    }

    /// The most bytes.
    private static let maximumLength = 4096

    private let type: String
    private let challenge: String
    private let origin: String
    private let isCrossOrigin: Bool

    /// Reads it.
    ///
    /// - Throws: ``WebAuthnError/malformedClientData``.
    init(parsing bytes: [UInt8]) throws(WebAuthnError) {
        guard bytes.count <= Self.maximumLength, let object = (try? JSONReader.value(of: bytes))?.object,
            let type = object["type"]?.text, let challenge = object["challenge"]?.text,
            let origin = object["origin"]?.text
        else { throw .malformedClientData }
        self.type = type
        self.challenge = challenge
        self.origin = origin
        switch object["crossOrigin"] {
        case nil, .bool(false)?: isCrossOrigin = object["topOrigin"] != nil
        case .bool(true)?: isCrossOrigin = true
        default: throw .malformedClientData
        }
    }

    /// Checks that it is of a ceremony that was asked for.
    ///
    /// - Throws: ``WebAuthnError/wrongType``, ``WebAuthnError/wrongChallenge``, ``WebAuthnError/wrongOrigin``,
    ///   ``WebAuthnError/crossOrigin``.
    func check(_ ceremony: Ceremony, _ expected: Expectation) throws(WebAuthnError) {
        // Bytes are compared: equal texts need not be.
        guard type.utf8.elementsEqual(ceremony.rawValue.utf8) else { throw .wrongType }
        guard challenge.utf8.elementsEqual(Base64URL.encode(expected.challenge.span)) else { throw .wrongChallenge }
        guard origin.utf8.elementsEqual(expected.relyingParty.origin.utf8) else { throw .wrongOrigin }
        guard !isCrossOrigin else { throw .crossOrigin }
    }
}
