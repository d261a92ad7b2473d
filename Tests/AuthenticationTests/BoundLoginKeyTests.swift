import Accounts
import AccountsSQL
import AccountsSQLite
import LoginKey
import TestSupport
import Testing
import WireCodec

@testable import Authentication

/// The office with a secret and a key pair for LoginKeys of version 2.
struct BoundOffice {
    let office: Office
    let secretID: Int64
    let pairID: Int64
    let pair: Ed25519PrivateKey

    init(usePolicy: UsePolicy = .window) async throws {
        office = try await Office(usePolicy: usePolicy)
        var generator = SeededGenerator(seed: 21)
        pair = try Ed25519PrivateKey.generate(using: &generator)
        secretID = try #require(try await office.store.apiKeys(of: office.partnerID).first).id.number
        pairID = try await office.store
            .addAPIKey(
                .ed25519(pair.publicKey),
                label: "pair",
                to: office.partnerID,
                at: Office.now,
                recording: Office.event
            )
            .id.number
    }

    func loginKey(
        _ algorithm: LoginKeyAlgorithm,
        for purpose: LoginKeyPurpose = .authenticate,
        user: String = "joe",
        keyID: Int64? = nil,
        audience: String = "support.example",
        lifetime: Int64 = 60,
        at now: Int64 = Office.now
    ) throws -> BoundLoginKey {
        var generator = SystemRandomNumberGenerator()
        let issuer = try BoundLoginKeyIssuer(
            partnerID: office.partnerID,
            keyID: keyID ?? (algorithm == .hs256 ? secretID : pairID),
            key: algorithm == .hs256 ? .secret(office.apiKey) : .ed25519(pair),
            audience: LoginKeyAudience(parsing: audience),
            lifetime: lifetime
        )
        return try issuer.issue(for: PartnerUserID(parsing: user), purpose: purpose, at: now, using: &generator)
    }

    /// Why a key is refused; empty if it is not.
    func reason(
        _ loginKey: BoundLoginKey,
        user: String = "joe",
        group: String = "12345",
        _ attempt: Attempt = Office.attempt()
    ) async throws -> String {
        let credentials = LoginKeyCredentials.partner(
            try PartnerID(parsing: group),
            try PartnerUserID(parsing: user),
            .version2(loginKey)
        )
        return try await office.reason(.success(.loginKey(credentials)), attempt)
    }

    func attempt(for purpose: LoginKeyPurpose?, at seconds: Int64 = Office.now) -> Attempt {
        var attempt = Office.attempt(at: seconds)
        attempt.loginKeyPurpose = purpose
        return attempt
    }

    func changeGroup(_ change: (inout Group) -> Void) async throws {
        var group = try #require(try await office.store.group(office.partnerID))
        change(&group)
        try await office.store.updateGroup(group, recording: Office.event)
    }
}

@Suite struct BoundLoginKeySignInTests {
    @Test(arguments: LoginKeyAlgorithm.allCases, UsePolicy.allCases)
    func `signs in once, whatever the group's use policy`(
        _ algorithm: LoginKeyAlgorithm,
        _ policy: UsePolicy
    ) async throws {
        let office = try await BoundOffice(usePolicy: policy)
        let key = try office.loginKey(algorithm)
        #expect(try await office.reason(key).isEmpty)
        #expect(try await office.reason(key) == "alreadyUsed")
        #expect(try await office.reason(key, office.attempt(for: .authenticate, at: Office.now + 59)) == "alreadyUsed")
        #expect(try await office.reason(office.loginKey(algorithm)).isEmpty)
        let records = try await office.office.store.apiKeys(of: office.office.partnerID)
        let used = records.filter { $0.lastUsedAt != nil }.map(\.key.algorithm)
        #expect(used == [algorithm])
    }

    @Test(arguments: LoginKeyAlgorithm.allCases)
    func `of many at once one signs in`(_ algorithm: LoginKeyAlgorithm) async throws {
        let office = try await BoundOffice(usePolicy: .off)
        let key = try office.loginKey(algorithm)
        let reasons = try await withThrowingTaskGroup(of: Bool.self) { tasks in
            for _ in 0..<50 {
                tasks.addTask {
                    let credentials = LoginKeyCredentials.partner(
                        office.office.partnerID,
                        try PartnerUserID(parsing: "joe"),
                        .version2(key)
                    )
                    let decision = try await office.office.authenticator
                        .authenticate(.success(.loginKey(credentials)), attempt: Office.attempt())
                    return decision.grant != nil
                }
            }
            return try await tasks.reduce(into: []) { $0.append($1) }
        }
        #expect(reasons.count { $0 } == 1)
        #expect(reasons.count == 50)
    }

    @Test(arguments: LoginKeyAlgorithm.allCases)
    func `refuses what it was not made for, and spends nothing by that`(_ algorithm: LoginKeyAlgorithm) async throws {
        let office = try await BoundOffice()
        let join = try LoginKeyPurpose(.join, sessionKey: "26881636")
        let key = try office.loginKey(algorithm, for: join)
        #expect(try await office.reason(key) == "wrongCommand")
        #expect(try await office.reason(key, office.attempt(for: nil)) == "wrongCommand")
        let start = try LoginKeyPurpose(.start, sessionKey: "26881636")
        #expect(try await office.reason(key, office.attempt(for: start)) == "wrongCommand")
        let other = try LoginKeyPurpose(.join, sessionKey: "26881637")
        #expect(try await office.reason(key, office.attempt(for: other)) == "wrongSession")
        let elsewhere = try office.loginKey(algorithm, for: join, audience: "other.example")
        #expect(try await office.reason(elsewhere, office.attempt(for: join)) == "wrongAudience")
        #expect(try await office.reason(key, user: "jane", office.attempt(for: join)) == "signatureMismatch")
        #expect(try await office.reason(key, group: "777", office.attempt(for: join)) == "unknownGroup")
        #expect(try await office.reason(key, office.attempt(for: join, at: Office.now + 60)) == "expired")
        #expect(try await office.reason(key, office.attempt(for: join)).isEmpty)
    }

    @Test func `goes by the kind of the API key, not by the word of the LoginKey`() async throws {
        let office = try await BoundOffice()
        #expect(try await office.reason(office.loginKey(.hs256, keyID: office.pairID)) == "wrongAlgorithm")
        #expect(try await office.reason(office.loginKey(.ed25519, keyID: office.secretID)) == "wrongAlgorithm")
        #expect(try await office.reason(office.loginKey(.hs256, keyID: 999)) == "unknownKeyID")
        // Signed with the public key as if it were a secret.
        var generator = SystemRandomNumberGenerator()
        let text = String(decoding: Array(office.pair.publicKey.pem.utf8), as: UTF8.self)
        let forged = try BoundLoginKeyIssuer(
            partnerID: office.office.partnerID,
            keyID: office.pairID,
            key: .secret(APIKey(text: text)),
            audience: LoginKeyAudience(parsing: "support.example")
        )
        .issue(for: PartnerUserID(parsing: "joe"), purpose: .authenticate, at: Office.now, using: &generator)
        #expect(try await office.reason(forged) == "wrongAlgorithm")
    }

    @Test func `refuses keys of revoked and retired API keys`() async throws {
        let office = try await BoundOffice()
        for (isRevoked, reason) in [(false, "apiKeyRetired"), (true, "apiKeyRevoked")] {
            try await office.office.store.endAPIKey(
                APIKeyRecord.ID(office.pairID),
                of: office.office.partnerID,
                at: Office.now,
                isRevoked: isRevoked,
                recording: Office.event
            )
            #expect(try await office.reason(office.loginKey(.ed25519)) == reason)
        }
        #expect(try await office.reason(office.loginKey(.hs256)).isEmpty)
    }

    @Test func `a user name stands for the ids that are signed`() async throws {
        let office = try await BoundOffice()
        let name = try Username(parsing: "joe@office.example")
        let key = try office.loginKey(.ed25519)
        let credentials = LoginKeyCredentials.account(name, .version2(key))
        #expect(try await office.office.reason(.success(.loginKey(credentials))).isEmpty)
    }

    @Test func `a group that insists refuses version 1, and says why`() async throws {
        let office = try await BoundOffice()
        #expect(try await office.office.reason(office.office.credentials()).isEmpty)
        try await office.changeGroup { $0.requiresVersion2Keys = true }
        #expect(try await office.office.reason(office.office.credentials()) == "version1NotAllowed")
        #expect(try await office.reason(office.loginKey(.hs256)).isEmpty)
        #expect(try await office.reason(office.loginKey(.ed25519)).isEmpty)
        try await office.changeGroup { $0.requiresVersion2Keys = false }
        #expect(try await office.office.reason(office.office.credentials()).isEmpty)
    }

    @Test func `makes what the group takes`() async throws {
        let office = try await BoundOffice()
        let decision = try await office.office.authenticator
            .authenticate(office.office.credentials(), attempt: Office.attempt())
        let grant = try #require(decision.grant)
        let authenticator = office.office.authenticator
        let before = try await authenticator.issueLoginKey(for: grant, attempt: Office.attempt())
        guard case .issued(let first) = before else {
            Issue.record("\(before)")
            return
        }
        #expect(first.text.hasPrefix("$1$"))
        try await office.changeGroup { $0.requiresVersion2Keys = true }
        let after = try await authenticator.issueLoginKey(for: grant, attempt: Office.attempt())
        guard case .issued(.version2(let key)) = after else {
            Issue.record("not of version 2")
            return
        }
        // The public key is newer, but makes nothing.
        #expect(key.keyID == office.secretID)
        #expect(try await office.reason(key).isEmpty)
        try await office.office.store.endAPIKey(
            APIKeyRecord.ID(office.secretID),
            of: office.office.partnerID,
            at: Office.now,
            isRevoked: true,
            recording: Office.event
        )
        #expect(try await authenticator.issueLoginKey(for: grant, attempt: Office.attempt()) == .refused(.noAPIKey))
    }

    @Test func `a group with public keys only checks no version 1`() async throws {
        let office = try await BoundOffice()
        let id = try PartnerID(parsing: "777")
        try await office.office.store.createGroup(Group(partnerID: id, name: "Pairs"), recording: Office.event)
        var generator = SystemRandomNumberGenerator()
        let pair = try Ed25519PrivateKey.generate(using: &generator)
        _ = try await office.office.store.addAPIKey(
            .ed25519(pair.publicKey),
            label: "",
            to: id,
            at: Office.now,
            recording: Office.event
        )
        let user = try PartnerUserID(parsing: "joe")
        let key = try LoginKeyIssuer(partnerID: id, apiKey: office.office.apiKey).issue(for: user, at: Office.now)
        let credentials = LoginKeyCredentials.partner(id, user, .version1(key))
        #expect(try await office.office.reason(.success(.loginKey(credentials))) == "noAPIKey")
    }
}

@Suite struct LoginKeyPurposeTests {
    private func fields(_ query: String) throws -> FieldSet {
        var fields = FieldSet()
        try fields.add(query: query)
        return fields
    }

    @Test(
        arguments: [
            ("SessionKey=1", "join:1"), ("VisitorId=v", "join:v"), ("SessionKey=1&VisitorId=1", "join:1"),
            ("SessionKey=1&VisitorId=2", nil), ("SessionKey=a b", nil), ("start=1", "start"),
            ("start=1&SessionKey=9", "start:9"),
            ("start=2", "authenticate"), ("wait=1", "authenticate"), ("", "authenticate"),
        ] as [(String, String?)]
    )
    func `of the viewer`(_ query: String, _ text: String?) throws {
        #expect(LoginKeyPurpose.ofPage("/agentjoin/AgentView.aspx", try fields(query))?.text == text)
        #expect(LoginKeyPurpose.ofPage("/agentjoin/AgentJoin.aspx", try fields(query)) == .authenticate)
    }

    @Test(
        arguments: [
            ("SessionKey=1", "join:1"), ("VisitorId=v", "join:v"), ("key=9", "start:9"), ("", "start"),
            ("SessionKey=1&key=9", nil), ("SessionKey=1&VisitorId=2", nil),
        ] as [(String, String?)]
    )
    func `of the start page`(_ query: String, _ text: String?) throws {
        #expect(LoginKeyPurpose.ofPage("/agent/start", try fields(query))?.text == text)
    }

    @Test(
        arguments: [
            ("", "authenticate"), ("command=authenticate", "authenticate"), ("command=join&sessionkey=1", "join:1"),
            ("command=join", nil), ("command=JOIN&sessionkey=1", nil), ("sessionkey=1", nil), ("command=show", "show"),
            ("command=authenticate&sessionkey=1", nil), ("command=everything", nil),
        ] as [(String, String?)]
    )
    func `of Authorize`(_ query: String, _ text: String?) throws {
        #expect(LoginKeyPurpose.named(in: try fields(query))?.text == text)
    }
}
