import Accounts
import AccountsSQL
import AccountsSQLite
import Authentication
import Crypto
import HTTPTypes
import LoginKey
import ServiceTokens
import Testing

/// What browsers bring back from an identity provider, and what the provider says behind it (`docs/threats.md#provider`).
@Suite struct ProviderAnswerTests {
    private func withReception(
        claim: String = "employee",
        field: IdentityProvider.UserField = .partnerUserID,
        namesItself: Bool = false,
        patience: Duration = .seconds(60),
        _ body: (Reception) async throws -> Void
    ) async throws {
        let reception = try await Reception(claim: claim, field: field, namesItself: namesItself, patience: patience)
        try await body(reception)
        reception.close()
    }

    /// Decides on a token with changed claims, for a visit of its own.
    private func outcome(_ reception: Reception, _ changes: [String: String], header: String? = nil) async throws
        -> Reception.Outcome
    {
        let visit = try await reception.visit()
        reception.provider.change {
            $0.payload = reception.payload(for: visit, changes)
            if let header { $0.header = header }
        }
        return try await reception.decide(reception.answer(to: visit))
    }

    private func reason(_ reception: Reception, _ changes: [String: String]) async throws -> String {
        try await outcome(reception, changes).reason
    }

    /// Expects a reason, a reason with its detail, or the detail of a token that is not valid.
    private func expect(_ outcome: Reception.Outcome, _ expected: String, _ name: String = "") {
        let said = outcome.detail.split(separator: ": ", maxSplits: 1).dropFirst().joined()
        let both = outcome.reason + ": " + said
        #expect(
            [outcome.reason, both, outcome.reason == "invalidToken" ? said : ""].contains(expected),
            "\(name): \(both)"
        )
    }

    @Test func `makes a user where the record says so, with an address only if it is not known to be another's`()
        async throws
    {
        for (isVerified, email) in [("true", "eve@x.example"), ("false", "")] {
            let enrolment = UserEnrolment(
                createsUsers: true,
                claims: .init(username: "preferred_username", email: "email"),
                groupsClaim: "groups",
                roles: [.init(group: "support", role: "Agents")]
            )
            let reception = try await Reception(enrolment: enrolment)
            let role = Role(id: Role.ID(0), partnerID: reception.partnerID, name: "Agents", privileges: .all)
            _ = try await reception.store.createRole(role, recording: Reception.event)
            var claims = [
                "employee": #""eve""#, "preferred_username": #""Eve""#, "email": #""eve@x.example""#,
                "email_verified": isVerified,
            ]
            #expect(try await reason(reception, claims) == "missingPrivilege")
            claims["groups"] = #"["others","support"]"#
            #expect(try await reason(reception, claims).isEmpty)
            let made = AccountReference.partner(reception.partnerID, try PartnerUserID(parsing: "eve"))
            let snapshot = try #require(try await reception.store.snapshot(of: made, at: Reception.now))
            #expect(snapshot.role?.name == "Agents")
            #expect(snapshot.user?.username.text == "eve")
            #expect(snapshot.user?.email == email)
            #expect(snapshot.user?.isAdministrator == false)
            reception.close()
        }
    }

    @Test func `signs in whom the provider vouches for`() async throws {
        try await withReception { reception in
            let visit = try await reception.visit()
            reception.provider.change { $0.payload = reception.payload(for: visit) }
            let outcome = try await reception.decide(reception.answer(to: visit))
            #expect(outcome.reason.isEmpty)
            #expect(outcome.actor == "joe")
            #expect(reception.provider.lastExchange?.fields["code_verifier"] == visit.verifier)
        }
    }

    @Test(arguments: [
        ("the same client as azp", ["azp": #""latchkey""#], ""),
        ("one of two audiences, with azp", ["aud": #"["x","latchkey"]"#, "azp": #""latchkey""#], ""),
        ("one of two audiences, without azp", ["aud": #"["x","latchkey"]"#], "azp is missing beside several aud"),
        ("another azp", ["azp": #""other""#], "azp does not match"),
        ("no audience", ["aud": "[]"], "aud does not match"),
        ("aud is missing", ["aud": ""], "iss, aud or exp is missing"),
        ("another audience", ["aud": #""other""#], "aud does not match"),
        ("another issuer", ["iss": #""https://evil.example""#], "iss does not match"),
        ("another nonce", ["nonce": #""0123456789abcdef0123456789abcdef""#], "the nonce does not match"),
        ("no nonce", ["nonce": ""], "the nonce does not match"), ("no subject", ["sub": ""], "sub is missing"),
        ("ended", ["exp": "\(Reception.now)"], "expiredToken"), ("no end", ["exp": ""], "iss, aud or exp is missing"),
        ("an end as text", ["exp": #""\#(Reception.now + 60)""#], "iss, aud or exp is missing"),
        ("not yet", ["nbf": "\(Reception.now + 301)"], "expiredToken"),
        ("made tomorrow", ["iat": "\(Reception.now + 86_400)"], "expiredToken"),
        ("a user who is not there", ["employee": #""eve""#], "unknownUser"),
        ("no claim", ["employee": ""], "unknownUser: there is no text in the claim employee"),
        ("an empty claim", ["employee": #""""#], "unknownUser: there is no text in the claim employee"),
        ("a claim that is a list", ["employee": #"["joe"]"#], "unknownUser: there is no text in the claim employee"),
    ])
    func `takes a token that is right in every claim, and no other`(
        _ name: String,
        _ changes: [String: String],
        _ expected: String
    ) async throws {
        try await withReception { reception in
            expect(try await outcome(reception, changes), expected, name)
        }
    }

    @Test(arguments: [
        (#"{"alg":"none","kid":"k1"}"#, "its alg is not an allowed signature algorithm"),
        (#"{"alg":"HS256","kid":"k1"}"#, "its alg is not an allowed signature algorithm"),
        (#"{"alg":"ES256","kid":"k1"}"#, "no key of the provider has its kid and alg"),
        (#"{"alg":"EdDSA","kid":"k1","crit":["x"],"x":1}"#, "its header has crit or b64, or a typ that is not JWT"),
        (#"{"alg":"EdDSA","kid":"other"}"#, "no key of the provider has its kid and alg"),
        (#"{"alg":"EdDSA","kid":"k1","typ":"logout+jwt"}"#, "its header has crit or b64, or a typ that is not JWT"),
    ])
    func `takes no token whose header chooses something else`(_ header: String, _ expected: String) async throws {
        try await withReception { reception in
            expect(try await outcome(reception, [:], header: header), expected, header)
        }
    }

    @Test func `takes no answer that this browser has not asked for, and none twice`() async throws {
        try await withReception { reception in
            let visit = try await reception.visit()
            reception.provider.change { $0.payload = reception.payload(for: visit) }
            #expect(try await reception.decide(reception.answer(to: nil, state: visit.state)).reason == "unknownVisit")
            let other = try await reception.visit()
            let swapped = reception.answer(to: visit, state: other.state)
            #expect(try await reception.decide(swapped).reason == "unknownVisit")
            #expect(reception.provider.count(of: "/token") == 0)
            let answer = reception.answer(to: visit)
            #expect(try await reception.decide(answer, at: visit.ends).reason == "expiredToken")
            #expect(try await reception.decide(answer, at: visit.ends - 1 - 550).reason.isEmpty)
            #expect(try await reception.decide(answer).reason == "alreadyUsed")
        }
    }

    @Test func `of a hundred answers to one visit at once, one signs in`() async throws {
        try await withReception { reception in
            let visit = try await reception.visit()
            reception.provider.change { $0.payload = reception.payload(for: visit) }
            let answer = reception.answer(to: visit)
            let reasons = try await withThrowingTaskGroup(of: String.self) { tasks in
                for _ in 0..<100 { tasks.addTask { try await reception.decide(answer).reason } }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(reasons.count { $0.isEmpty } == 1)
        }
    }

    @Test func `a refused answer uses the visit up`() async throws {
        try await withReception { reception in
            let visit = try await reception.visit()
            reception.provider.change { $0.payload = reception.payload(for: visit) }
            var denied = reception.answer(to: visit)
            denied.error = "access_denied"
            expect(try await reception.decide(denied), "providerRefused: access_denied")
            var hostile = reception.answer(to: try await reception.visit())
            hostile.error = "<script>"
            expect(try await reception.decide(hostile), "providerRefused: an error that is no code")
            #expect(try await reception.decide(reception.answer(to: visit)).reason == "alreadyUsed")
        }
    }

    @Test func `takes no answer of another provider`() async throws {
        for namesItself in [false, true] {
            try await withReception(namesItself: namesItself) { reception in
                let own = reception.provider.issuer
                for (issuer, expected) in [
                    (own, ""), ("https://evil.example", "wrongProvider: iss does not match"),
                    (own + "/", "wrongProvider: iss does not match"),
                    (nil, namesItself ? "wrongProvider: iss is missing" : ""),
                ] {
                    let visit = try await reception.visit()
                    reception.provider.change { $0.payload = reception.payload(for: visit) }
                    var answer = reception.answer(to: visit)
                    answer.issuer = issuer
                    expect(try await reception.decide(answer), expected, issuer ?? "none")
                }
                var answer = reception.answer(to: try await reception.visit())
                answer.callbackName = IdentityProvider.callbackName(ofIssuer: "https://evil.example")
                expect(
                    try await reception.decide(answer),
                    "wrongProvider: the answer came to the address of another provider"
                )
            }
        }
    }

    @Test func `takes no token that another key has signed, also under a name that is known`() async throws {
        try await withReception { reception in
            let keys = reception.provider.keySet
            reception.provider.change { $0.instead = ["/keys": .text(keys)] }
            let stranger = Curve25519.Signing.PrivateKey()
            reception.provider.change { $0.key = stranger }
            expect(try await outcome(reception, [:]), "the provider's key has not signed it")
        }
    }

    @Test func `says that a provider is down, and that a code is not taken`() async throws {
        try await withReception { reception in
            for (instead, expected) in [
                (LocalProvider.Instead.status(.badRequest, #"{"error":"invalid_grant"}"#), "codeRefused"),
                (.status(.badGateway, ""), "providerUnavailable"), (.redirect("/x"), "providerUnavailable"),
                (.flood(1 << 20), "providerUnavailable"),
            ] {
                reception.provider.change { $0.instead = ["/token": instead] }
                let reason = try await reason(reception, [:])
                #expect(reason == expected, "\(instead)")
            }
        }
    }

    @Test func `gives up on a provider that takes its time`() async throws {
        try await withReception(patience: .seconds(1)) { reception in
            reception.provider.change { $0.instead = ["/token": .drip] }
            let start = ContinuousClock.now
            let reason = try await reason(reception, [:])
            #expect(ContinuousClock.now - start < .seconds(30))
            #expect(reason == "providerUnavailable")
        }
    }

    @Test func `a visit that was changed is none, and one of another master key is none`() async throws {
        try await withReception { reception in
            let visit = try await reception.visit()
            let sealed = try reception.signers.providerVisit.seal(visit)
            #expect(reception.signers.providerVisit.open(sealed)?.verifier == visit.verifier)
            #expect(!sealed.contains(visit.verifier) && !sealed.contains(visit.state))
            for index in sealed.indices {
                var changed = sealed
                changed.replaceSubrange(index...index, with: sealed[index] == "A" ? "B" : "A")
                #expect(reception.signers.providerVisit.open(changed) == nil)
                #expect(reception.signers.providerVisit.open(String(sealed[..<index])) == nil)
            }
            let other = try await TokenSigners(masterKey: MasterKey(bytes: [UInt8](repeating: 2, count: 32)))
            #expect(other.providerVisit.open(sealed) == nil)
        }
    }

    @Test func `finds users by name and by e-mail address, and by none that two have`() async throws {
        let table: [(IdentityProvider.UserField, [String: String], String)] = [
            (.username, ["who": #""JOE@office.example""#], ""), (.username, ["who": #""joe""#], "unknownUser"),
            (.username, ["who": #""Zoë""#], "unknownUser"), (.email, ["who": #""J@X.example""#], ""),
            (.email, ["who": #""same@x.example""#], "ambiguousUser"),
            (.email, ["who": #""no@x.example""#], "unknownUser"),
            (.email, ["who": #""j@x.example""#, "email_verified": "false"], "unverifiedEmail"),
            (.email, ["who": #""j@x.example""#, "email_verified": #""false""#], "unverifiedEmail"),
            (.email, ["who": #""j@x.example""#, "email_verified": "true"], ""),
        ]
        for field in [IdentityProvider.UserField.username, .email] {
            try await withReception(claim: "who", field: field) { reception in
                for (_, changes, expected) in table.filter({ $0.0 == field }) {
                    let reason = try await reason(reception, changes)
                    #expect(reason == expected, "\(changes)")
                }
            }
        }
    }

    @Test func `finds no user of another group`() async throws {
        try await withReception(claim: "who", field: .username) { reception in
            let other = try PartnerID(parsing: "999")
            try await reception.store.createGroup(Group(partnerID: other, name: "Other"), recording: Reception.event)
            let user = User(partnerID: other, partnerUserID: nil, username: try Username(parsing: "eve"))
            _ = try await reception.store.createUsers([user], recording: Reception.event)
            #expect(try await reason(reception, ["who": #""eve""#]) == "wrongGroup")
        }
    }

    @Test func `signs in nobody who is suspended, and nobody once the provider is disconnected`() async throws {
        try await withReception { reception in
            let users = try await reception.store.users(of: reception.partnerID, after: nil, limit: 1)
            var user = try #require(users.first)
            user.state = .suspended
            try await reception.store.updateUser(user, recording: Reception.event)
            #expect(try await reason(reception, [:]) == "userSuspended")
            let visit = try await reception.visit()
            try await reception.store.removeIdentityProvider(
                issuer: reception.provider.issuer,
                audience: Reception.client,
                of: reception.partnerID,
                recording: Reception.event
            )
            expect(
                try await reception.decide(reception.answer(to: visit)),
                "wrongProvider: it is not connected any more"
            )
        }
    }
}
