import Foundation
import TestSupport
import Testing

@testable import LoginKey

@Suite struct Ed25519KeyTests {
    private let file = BoundLoginKeyVectorTests.file

    @Test func `reads and writes the files of OpenSSL`() throws {
        let privateKey = try Ed25519PrivateKey(pem: file.privateKey)
        #expect(privateKey.pem == file.privateKey)
        #expect(privateKey.publicKey.pem == file.publicKey)
        #expect(try Ed25519PublicKey(parsing: file.publicKey).bytes == privateKey.publicKey.bytes)
        let windows = "\u{FEFF}" + file.publicKey.replacingOccurrences(of: "\n", with: "\r\n")
        #expect(try Ed25519PublicKey(parsing: windows).bytes == privateKey.publicKey.bytes)
    }

    @Test(arguments: [
        "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\n",
    ])
    func `reads the 32 bytes alone`(_ text: String) throws {
        #expect(try Ed25519PublicKey(parsing: text).pem == file.publicKey)
    }

    @Test(arguments: [
        "", "-----BEGIN PUBLIC KEY-----", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----", "AAAA", "key",
        "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VuAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----",
    ])
    func `refuses what is no public key`(_ text: String) {
        #expect(throws: LoginKeyError(code: .malformedPublicKey, message: "")) { try Ed25519PublicKey(parsing: text) }
    }

    @Test func `refuses a private key where a public one is asked for, and repeats nothing of it`() {
        do {
            _ = try Ed25519PublicKey(parsing: file.privateKey)
            Issue.record("it was taken")
        } catch {
            #expect(!"\(error)".contains("MC4CAQ"))
        }
        #expect(throws: LoginKeyError(code: .malformedPrivateKey, message: "")) {
            try Ed25519PrivateKey(pem: file.publicKey)
        }
    }

    @Test func `refuses keys under which anybody could sign`() {
        let ends = ["00", "01", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"]
        let others = [
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        ]
        for text in ends + others {
            var bytes = stride(from: 0, to: text.count, by: 2)
                .compactMap { UInt8(text.dropFirst($0).prefix(2), radix: 16) }
            bytes += [UInt8](repeating: 0, count: 32 - bytes.count)
            #expect(throws: LoginKeyError.self, "\(text)") { try Ed25519PublicKey(bytes: bytes) }
        }
    }

    @Test func `prints no private key`() throws {
        let key = SigningKey.ed25519(try Ed25519PrivateKey(pem: file.privateKey))
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped] {
            #expect(!text.contains("157") && !text.contains("9d61"))
            #expect(text.contains("redacted"))
        }
    }
}
