import COpenSSL
import Foundation
import JWTKit
import LoginKey

/// Compares, in one run and in turns: full verification of a LoginKey (parsing and checking), OpenSSL's one-shot
/// `HMAC()` of the same message, and jwt-kit's verification of an HS256 token.
///
/// Prints medians and ratios.
@main
struct KeyBenchmark {
    static let now: Int64 = 1_700_000_000
    static let rounds = 15

    let partnerID: PartnerID
    let partnerUserID: PartnerUserID
    let apiKey: APIKey
    let loginKeyText: String
    let message: [UInt8]
    let secret: [UInt8]

    init() throws {
        let secret = "x8Jt0_Rw-5vQmZ9xT4wB6nY8pL3cK1dF7gH2sA0uEoI"
        self.secret = Array(secret.utf8)
        partnerID = try PartnerID(parsing: "12345")
        partnerUserID = try PartnerUserID(parsing: "005Fk000001aBcDIAU")
        apiKey = try APIKey(text: secret)
        let loginKey = try LoginKeyIssuer(partnerID: partnerID, apiKey: apiKey).issue(for: partnerUserID, at: Self.now)
        loginKeyText = loginKey.text
        message = Array("12345005Fk000001aBcDIAU1\(loginKey.expires)".utf8)
    }

    static func main() async throws {
        let benchmark = try Self()
        if let count = MallocCounter() {
            benchmark.countAllocations(count)
        } else {
            try await benchmark.compareTimes()
            try BoundKeyBenchmark(benchmark).compareTimes()
        }
    }

    func verify() -> Bool {
        guard let loginKey = try? LoginKey(parsing: loginKeyText) else { return false }
        return LoginKeyVerifier().verify(loginKey, for: partnerUserID, in: partnerID, with: apiKey, at: Self.now)
            == .valid
    }

    func hmac() -> Bool {
        var code = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        return HMAC(EVP_sha256(), secret, Int32(secret.count), message, message.count, &code, &length) != nil
    }

    private func compareTimes() async throws {
        let keys = await JWTKeyCollection().add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256)
        let token = try await keys.sign(
            Claims(iss: "12345", sub: "005Fk000001aBcDIAU", exp: .init(value: .distantFuture))
        )
        var times: (own: [Double], openSSL: [Double], jwt: [Double]) = ([], [], [])
        for _ in 0..<Self.rounds {
            times.own.append(Self.microseconds(50_000) { verify() })
            times.openSSL.append(Self.microseconds(50_000) { hmac() })
            times.jwt.append(try await Self.microseconds(3_000) { try await keys.verify(token, as: Claims.self) })
        }
        let own = Self.median(times.own)
        let openSSL = Self.median(times.openSSL)
        let jwt = Self.median(times.jwt)
        print("LoginKey verification      \(Self.text(own)) µs (median of \(Self.rounds) rounds)")
        print(
            "OpenSSL HMAC(), one-shot   \(Self.text(openSSL)) µs   LoginKey / OpenSSL = \(Self.text(own / openSSL))  (goal ≤ 0.5)"
        )
        print(
            "jwt-kit HS256 verification \(Self.text(jwt)) µs   jwt-kit / LoginKey = \(Self.text(jwt / own))  (goal ≥ 40)"
        )
    }

    private func countAllocations(_ counter: MallocCounter) {
        let rounds = 10_000
        _ = verify()
        var before = counter.value
        for _ in 0..<rounds where !verify() {
            fatalError("the key is not valid")
        }
        let accepted = Double(counter.value - before) / Double(rounds)
        let wrong = String(loginKeyText.dropLast(2)) + "AA"
        before = counter.value
        for _ in 0..<rounds {
            guard let key = try? LoginKey(parsing: wrong) else { continue }
            _ = LoginKeyVerifier().verify(key, for: partnerUserID, in: partnerID, with: apiKey, at: Self.now)
        }
        let refused = Double(counter.value - before) / Double(rounds)
        print("heap allocations per verification: accepted \(accepted), refused \(refused)  (swift-crypto's own: 2)")
        guard let bound = try? BoundKeyBenchmark(self) else { return }
        before = counter.value
        for _ in 0..<rounds where !bound.verifyHMAC() {
            fatalError("the key is not valid")
        }
        print("the same, version 2 with HMAC: \(Double(counter.value - before) / Double(rounds))")
    }

    static func microseconds(_ rounds: Int, _ body: () -> Bool) -> Double {
        let start = ContinuousClock.now
        for _ in 0..<rounds {
            precondition(body())
        }
        return (ContinuousClock.now - start) / .microseconds(1) / Double(rounds)
    }

    private static func microseconds<Value>(_ rounds: Int, _ body: () async throws -> Value) async rethrows -> Double {
        let start = ContinuousClock.now
        for _ in 0..<rounds {
            _ = try await body()
        }
        return (ContinuousClock.now - start) / .microseconds(1) / Double(rounds)
    }

    static func median(_ values: [Double]) -> Double {
        values.sorted()[values.count / 2]
    }

    static func text(_ value: Double) -> String {
        String(format: "%7.2f", value)
    }
}

/// What a LoginKey says, as a token.
struct Claims: JWTPayload {
    /// The PartnerId.
    var iss: IssuerClaim
    /// The PartnerUserId.
    var sub: SubjectClaim
    var exp: ExpirationClaim

    func verify(using algorithm: some JWTAlgorithm) throws {
        try exp.verifyNotExpired()
    }
}

/// The counter of `malloccount.c`, where it is loaded.
struct MallocCounter {
    private let function: @convention(c) () -> Int

    init?() {
        guard let symbol = dlsym(nil, "latchkey_malloc_count") else { return nil }
        function = unsafeBitCast(symbol, to: (@convention(c) () -> Int).self)
    }

    var value: Int { function() }
}
