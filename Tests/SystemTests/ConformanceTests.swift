import Foundation
import Testing

/// `latchkey conformance` on generators that are right, and on such as people write.
@Suite struct ConformanceTests {
    private static let right = """
        import base64, hashlib, hmac, os, sys
        partner, user, expires = sys.argv[1:4]
        key = os.environ["LATCHKEY_API_KEY"].encode()
        if not key or len(expires) != 10 or not expires.isdigit():
            sys.exit("bad input")
        code = hmac.new(key, (partner + user + "1" + expires).encode(), hashlib.sha256).digest()
        print("$1$" + expires + "$" + base64.urlsafe_b64encode(code).decode().rstrip("="))
        """

    private func conformance(_ program: String, expecting status: Int32) async throws -> String {
        let server = try await ServerProcess(.serve)
        let file = server.folder + "/generator.py"
        try program.write(toFile: file, atomically: true, encoding: .utf8)
        return try server.latchkey(["conformance", "--", "python3", file], expecting: status)
    }

    @Test func `passes a generator that is right`() async throws {
        let report = try await conformance(Self.right, expecting: 0)
        #expect(report.hasSuffix("27 passed, 0 failed\n"), "\(report)")
    }

    @Test(arguments: [
        ("urlsafe_b64encode", "b64encode", "standard Base64 alphabet"),
        (#".rstrip("=")"#, "", "padded"),
        (#"partner + user + "1" + expires"#, #"partner + ":" + user + ":1:" + expires"#, "nothing between them"),
        ("partner + user +", "partner + user.strip() +", "takes blanks off"),
        ("partner + user +", "partner + user.lower() +", "lower case"),
        (
            "partner + user +",
            "partner + __import__('unicodedata').normalize('NFC', user) +",
            "into Unicode form C"
        ),
        ("partner + user +", "partner + __import__('urllib.parse').parse.quote(user, safe='~') +", "percent-encoded"),
        (
            "if not key or len(expires) != 10 or not expires.isdigit():\n    sys.exit(\"bad input\")",
            "",
            "should have refused"
        ),
    ])
    func `says what a generator gets wrong`(_ text: String, _ mistake: String, _ finding: String) async throws {
        let program = Self.right.replacingOccurrences(of: text, with: mistake)
        #expect(program != Self.right)
        let report = try await conformance(program, expecting: 1)
        #expect(report.contains(finding), "\(report)")
    }
}
