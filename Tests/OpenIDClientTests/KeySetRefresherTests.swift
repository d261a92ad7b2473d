import Accounts
import AccountsSQL
import AccountsSQLite
import Authentication
import Crypto
import HTTPTypes
import ServiceTokens
import Testing

/// Keys of providers that change, and providers that are down.
@Suite struct KeySetRefresherTests {
    private func withReception(_ body: (Reception) async throws -> Void) async throws {
        let reception = try await Reception()
        try await body(reception)
        reception.close()
    }

    private func reason(_ reception: Reception, at seconds: Int64 = Reception.now) async throws -> String {
        let visit = try await reception.visit(at: seconds)
        reception.provider.change {
            $0.payload = reception.payload(for: visit, ["exp": "\(seconds + 60)", "iat": "\(seconds)"])
        }
        return try await reception.decide(reception.answer(to: visit), at: seconds).reason
    }

    private func rotate(_ provider: LocalProvider, to kid: String) {
        provider.change {
            $0.key = Curve25519.Signing.PrivateKey()
            $0.kid = kid
            $0.header = #"{"alg":"EdDSA","kid":"\#(kid)"}"#
        }
    }

    @Test func `an unknown key is asked for once, kept, and noted`() async throws {
        try await withReception { reception in
            let before = reception.provider.count(of: "/keys")
            rotate(reception.provider, to: "k2")
            #expect(try await reason(reception).isEmpty)
            #expect(try await reason(reception).isEmpty)
            #expect(reception.provider.count(of: "/keys") == before + 1)
            let stored = try await reception.store.identityProviders(issuer: reception.provider.issuer)
            #expect(stored.first?.keySet.contains("k2") == true)
            let events = try await reception.store.auditEvents(AuditFilter(limit: 100))
            #expect(events.contains { $0.action == .administration && $0.detail.hasSuffix("has new keys") })
        }
    }

    @Test func `keys that nobody has are asked for once a minute, however many ask`() async throws {
        try await withReception { reception in
            let before = reception.provider.count(of: "/keys")
            reception.provider.change { $0.header = #"{"alg":"EdDSA","kid":"nobody's"}"# }
            for (seconds, calls) in Array(repeating: (0, 1), count: 20) + [(59, 1), (60, 2)] {
                let reason = try await reason(reception, at: Reception.now + Int64(seconds))
                #expect(reason == "invalidToken")
                #expect(reception.provider.count(of: "/keys") == before + calls)
            }
        }
    }

    @Test func `keys from a place that is no longer the provider's are not used`() async throws {
        try await withReception { reception in
            let refresher = KeySetRefresher(store: reception.store, calls: reception.client)
            let issuer = reception.provider.issuer
            var stored = try #require(try await reception.store.identityProviders(issuer: issuer).first)
            rotate(reception.provider, to: "k2")
            let time = Reception.now * 1000
            let fresh = await refresher.refreshed(stored, at: time, Reception.random.correlationID())
            #expect(fresh?.keySet.contains("k2") == true)
            // The operator names another place, which has nothing, within the minute.
            stored.keySource?.url = issuer + "/elsewhere"
            try await reception.store.saveIdentityProvider(stored, recording: Reception.event)
            #expect(await refresher.refreshed(stored, at: time, Reception.random.correlationID()) == nil)
            let kept = try await reception.store.identityProviders(issuer: issuer)
            #expect(kept.first?.keySet == stored.keySet)
        }
    }

    @Test func `who comes while the keys are being read gets them too`() async throws {
        try await withReception { reception in
            rotate(reception.provider, to: "k2")
            let visits = try await withThrowingTaskGroup(of: ProviderVisit.self) { tasks in
                for _ in 0..<20 { tasks.addTask { try await reception.visit() } }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            let isGranted = try await withThrowingTaskGroup(of: Bool.self) { tasks in
                reception.provider.change { $0.payload = reception.payload(for: visits[0]) }
                let token = try reception.provider.token()
                for _ in visits {
                    tasks.addTask {
                        let attempt = Attempt(
                            time: Reception.now * 1000,
                            correlationID: Reception.random.correlationID(),
                            source: "",
                            purpose: "key endpoint"
                        )
                        return try await reception.authenticator.authenticate(openIDToken: token, attempt: attempt)
                            .grant != nil
                    }
                }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(!isGranted.contains(false))
        }
    }

    @Test func `known keys serve while the provider's are not to be had`() async throws {
        try await withReception { reception in
            for instead in [
                LocalProvider.Instead.silence, .status(.internalServerError, ""), .text("{}"), .redirect("/x"),
            ] {
                reception.provider.change { $0.instead = ["/keys": instead] }
                #expect(try await reason(reception).isEmpty)
            }
            rotate(reception.provider, to: "k2")
            #expect(try await reason(reception) == "invalidToken")
            let stored = try await reception.store.identityProviders(issuer: reception.provider.issuer)
            #expect(stored.first?.keySet.contains("k1") == true)
        }
    }

    @Test func `a token without a form that a key could have signed is no reason to ask`() async throws {
        try await withReception { reception in
            let before = reception.provider.count(of: "/keys")
            for header in [#"{"alg":"none"}"#, #"{"alg":"HS256","kid":"k9"}"#, "{}"] {
                reception.provider.change { $0.header = header }
                let reason = try await reason(reception)
                #expect(reason == "invalidToken")
            }
            #expect(reception.provider.count(of: "/keys") == before)
        }
    }

    @Test func `a token that is used up signs in once`() async throws {
        try await withReception { reception in
            let visit = try await reception.visit()
            reception.provider.change { $0.payload = reception.payload(for: visit) }
            let token = try reception.provider.token()
            var grants = 0
            for _ in 0..<3 {
                let attempt = Attempt(
                    time: Reception.now * 1000,
                    correlationID: Reception.random.correlationID(),
                    source: "",
                    purpose: "page"
                )
                let decision = try await reception.authenticator.authenticate(
                    openIDToken: token,
                    isSpent: true,
                    attempt: attempt
                )
                if decision.grant != nil { grants += 1 }
            }
            #expect(grants == 1)
        }
    }
}
