import Foundation
import Testing

@testable import LoginKey

@Suite struct BoundLoginKeyVectorTests {
    struct Vector: Decodable, Sendable {
        let name: String
        let algorithm: String
        let keyId: Int64
        let expires: Int64
        let nonce: String
        let command: String
        let sessionKey: String?
        let audience: String
        let partnerId: String
        let partnerUserId: String
        let apiKey: String?
        let message: String
        let loginKey: String

        func signingKey() throws -> SigningKey {
            try SigningKey(parsing: apiKey ?? file.privateKey)
        }

        func purpose() throws -> LoginKeyPurpose {
            try LoginKeyPurpose(#require(LoginKeyCommand(rawValue: command)), sessionKey: sessionKey)
        }
    }

    struct File: Decodable {
        let privateKey: String
        let publicKey: String
        let vectors: [Vector]
    }

    static let file: File = {
        guard let file = try? JSONDecoder().decode(File.self, from: Data(PackageResources.loginkey_2_json)) else {
            preconditionFailure("the fixture cannot be read")
        }
        return file
    }()

    @Test(arguments: file.vectors)
    func `verifies the vectors`(_ vector: Vector) throws {
        let key = try BoundLoginKey(parsing: vector.loginKey)
        #expect(key.keyID == vector.keyId)
        #expect(key.algorithm.rawValue == vector.algorithm)
        let outcome = LoginKeyVerifier()
            .verify(
                key,
                for: try PartnerUserID(parsing: vector.partnerUserId),
                in: try PartnerID(parsing: vector.partnerId),
                with: try vector.signingKey().verificationKey,
                at: [try LoginKeyAudience(parsing: vector.audience)],
                purpose: try vector.purpose(),
                at: vector.expires - 1
            )
        #expect(outcome == .valid, "\(vector.name)")
    }

    @Test(arguments: file.vectors)
    func `signs the message of the vectors, and HMAC makes the same key`(_ vector: Vector) throws {
        let partnerID = try PartnerID(parsing: vector.partnerId)
        let partnerUserID = try PartnerUserID(parsing: vector.partnerUserId)
        let key = try BoundLoginKey(parsing: vector.loginKey)
        let message = BoundMessage(
            signed: key.text.utf8.span.extracting(first: key.signedByteCount),
            partnerID: partnerID,
            partnerUserID: partnerUserID
        )
        #expect(message.array == Array(vector.message.utf8))
        let digits = Array(vector.nonce)
        let nonce = stride(from: 0, to: digits.count, by: 2)
            .compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
        let made = try BoundLoginKeyIssuer(
            partnerID: partnerID,
            keyID: vector.keyId,
            key: vector.signingKey(),
            audience: LoginKeyAudience(parsing: vector.audience),
            lifetime: 60
        )
        .issue(for: partnerUserID, purpose: vector.purpose(), at: vector.expires - 60, nonce: nonce)
        if vector.apiKey != nil { #expect(made.text == vector.loginKey) }
        #expect(made.identity == key.identity)
    }

    @Test func `the document has the vectors of the file, and no others`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: folder.appending(path: "docs/loginkey-2.md"), encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("|") && $0.contains("`$2$") }
        let keys = rows.map { row in String(row.split(separator: "`").last { $0.hasPrefix("$2$") } ?? "") }
        #expect(keys == Self.file.vectors.prefix(3).map(\.loginKey))
        #expect(text.contains(Self.file.publicKey))
        #expect(text.contains("```\n\(Self.file.vectors[0].message)\n```"))
    }
}
