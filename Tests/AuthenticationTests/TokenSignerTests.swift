import Accounts
import Foundation
import LoginKey
import ServiceTokens
import Testing

@Suite struct TokenSignerTests {
    static let now: Int64 = 1_700_000_000

    private func signers() async throws -> TokenSigners {
        try await TokenSigners(masterKey: MasterKey(bytes: [UInt8](repeating: 1, count: 32)))
    }

    private func claims() throws -> AuthClaims {
        var generator = SystemRandomNumberGenerator()
        let user = User(
            id: User.ID(7),
            partnerID: try PartnerID(parsing: "12345"),
            partnerUserID: try PartnerUserID(parsing: "a \"quoted\" \u{1F511} \\ user"),
            username: try Username(parsing: "joe")
        )
        return AuthClaims(
            user: user,
            privileges: [.viewVideo],
            service: "webservices",
            root: nil,
            correlationID: CorrelationID(using: &generator),
            issuedAt: Self.now,
            lifetime: 60
        )
    }

    @Test func `reads what it signs, until it ends`() async throws {
        let signers = try await signers()
        let token = try signers.auth.sign(claims())
        let read = try signers.auth.verify(token, at: Self.now + 59)
        #expect(read.sub == 7)
        #expect(read.groupId == "12345")
        #expect(read.puid == "a \"quoted\" \u{1F511} \\ user")
        #expect(read.privileges == ["viewVideo"])
        #expect(throws: TokenError.expired) { try signers.auth.verify(token, at: Self.now + 60) }
    }

    @Test func `a token of one kind is nothing to another`() async throws {
        let signers = try await signers()
        let token = try signers.auth.sign(claims())
        #expect(throws: TokenError.wrongSignature) { try signers.serverKey.verify(token, at: Self.now) }
        #expect(throws: TokenError.wrongSignature) { try signers.ticket.verify(token, at: Self.now) }
        #expect(throws: TokenError.wrongSignature) { try signers.panel.verify(token, at: Self.now) }
        #expect(throws: TokenError.wrongSignature) { try signers.visit.verify(token, at: Self.now) }
    }

    @Test func `refuses a token with any character changed`() async throws {
        let signers = try await signers()
        let token = Array(try signers.auth.sign(claims()))
        for position in token.indices {
            var changed = token
            changed[position] = token[position] == "A" ? "B" : "A"
            let read = try? signers.auth.verify(String(changed), at: Self.now)
            #expect(read == nil || position == token.count - 1, "position \(position)")
        }
    }

    @Test(arguments: [
        #"{"alg":"none","typ":"JWT"}"#, #"{"alg":"HS512","typ":"JWT"}"#, #"{"typ":"JWT","alg":"HS256"}"#,
        #"{"alg":"HS256","typ":"JWT","kid":"x"}"#, #"{"alg":"RS256","typ":"JWT"}"#, "{}",
    ])
    func `refuses every other header before it looks further`(_ header: String) async throws {
        let signers = try await signers()
        let parts = try signers.auth.sign(claims()).split(separator: ".")
        let encoded = Data(header.utf8).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        for signature in [String(parts[2]), ""] {
            #expect(throws: TokenError.malformed) {
                try signers.auth.verify("\(encoded).\(parts[1]).\(signature)", at: Self.now)
            }
        }
    }

    @Test(arguments: ["", ".", "..", "...", "a.b.c", "é.é.é", String(repeating: "a", count: 10_000)])
    func `refuses what is no token`(_ text: String) async throws {
        let signers = try await signers()
        #expect(throws: TokenError.malformed) { try signers.auth.verify(text, at: Self.now) }
    }
}
