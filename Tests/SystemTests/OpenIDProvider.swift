import Crypto
import Foundation

/// An identity provider with a key of its own, as far as a server that only gets its public keys can see one.
struct OpenIDProvider {
    let issuer = "https://id.example"
    let keysFile: String
    private let key = P256.Signing.PrivateKey()

    init(folder: String) throws {
        keysFile = folder + "/jwks.json"
        let point = key.publicKey.rawRepresentation
        let keys = [
            [
                "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "2026",
                "x": Self.text(point.prefix(32)), "y": Self.text(point.suffix(32)),
            ]
        ]
        try JSONSerialization.data(withJSONObject: ["keys": keys]).write(to: URL(filePath: keysFile))
    }

    /// A token with a name of its own.
    func token(audience: String, employee: String, lives seconds: Int = 300) throws -> String {
        let end = Int(Date().timeIntervalSince1970) + seconds
        let payload =
            #"{"iss":"\#(issuer)","aud":"\#(audience)","exp":\#(end),"jti":"\#(UUID())","sub":"x","#
            + #""employee":"\#(employee)"}"#
        let signed = [#"{"alg":"ES256","kid":"2026"}"#, payload].map { Self.text(Data($0.utf8)) }.joined(separator: ".")
        return signed + "." + Self.text(try key.signature(for: Data(signed.utf8)).rawRepresentation)
    }

    /// Connects it to the demo's group with the audience `crm`.
    func connect(to server: ServerProcess) throws {
        try server.latchkey([
            "oidc", "connect", "--group", "12345", "--issuer", issuer, "--audience", "crm", "--claim", "employee",
            "--keys-file", keysFile,
        ])
    }

    private static func text(_ data: Data) -> String {
        data.base64EncodedString()
            .replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }
}
