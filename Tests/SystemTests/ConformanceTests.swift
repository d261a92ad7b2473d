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

    private static let right2 = """
        import base64, hashlib, hmac, os, re, sys
        group, user, expires, key_id, audience, *purpose = sys.argv[1:]
        key = os.environ["LATCHKEY_API_KEY"].encode()
        def text(data):
            return base64.urlsafe_b64encode(data).decode().rstrip("=")
        nonce = os.urandom(16)
        signed = f"$2$HS256${key_id}${expires}${text(nonce)}${':'.join(purpose)}@{audience}"
        if not key or not re.fullmatch(r"[1-9]\\d{9}", expires) or " " in signed or "/" in signed:
            sys.exit("bad input")
        message = f"LoginKey-2\\n{signed}\\n{group}\\n{user}"
        print(signed + "$" + text(hmac.new(key, message.encode(), hashlib.sha256).digest()))
        """

    @Test(arguments: [
        ("", "", "30 passed, 0 failed"), ("os.urandom(16)", "bytes(16)", "two keys have the same nonce"),
        ("LoginKey-2\\n", "", "the first line of the signed message"),
        ("\\n{user}", "\\n{user.strip()}", "blanks at its ends"),
        ("${key_id}$", "$18$", "the key id is 18 and not 17"), ("HS256", "hs256", "the algorithm is HS256 or Ed25519"),
        (" or \" \" in signed", "", "should have refused"), ("$2$", "$1$", "this is a LoginKey of version 1"),
        ("':'.join(purpose)", "purpose[0]", "the purpose"),
    ])
    func `says of version 2 what a generator gets wrong`(
        _ text: String,
        _ mistake: String,
        _ finding: String
    ) async throws {
        let program = text.isEmpty ? Self.right2 : Self.right2.replacingOccurrences(of: text, with: mistake)
        #expect(text.isEmpty || program != Self.right2)
        let server = try await ServerProcess(.serve)
        let file = server.folder + "/generator.py"
        try program.write(toFile: file, atomically: true, encoding: .utf8)
        let command = ["conformance", "--version", "2", "--", "python3", file]
        let report = try server.latchkey(command, expecting: text.isEmpty ? 0 : 1)
        #expect(report.contains(finding), "\(report)")
    }

    @Test func `passes a generator that is right`() async throws {
        let report = try await conformance(Self.right, expecting: 0)
        #expect(report.hasSuffix("27 passed, 0 failed\n"), "\(report)")
    }

    @Test(arguments: [
        ("urlsafe_b64encode", "b64encode", "standard Base64 alphabet"),
        (#".rstrip("=")"#, "", "padded"),
        (#"partner + user + "1" + expires"#, #"partner + ":" + user + ":1:" + expires"#, "nothing between them"),
        ("partner + user +", "partner + user.strip() +", "without the blanks at its ends"),
        ("partner + user +", "partner + user.lower() +", "lower case"),
        (
            "partner + user +",
            "partner + __import__('unicodedata').normalize('NFC', user) +",
            "in Unicode form C"
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

    @Test func `what a generator prints cannot write to the terminal`() async throws {
        let report = try await conformance(##"print("$\x1b[2J\u202e$1900000000$x")"##, expecting: 1)
        #expect(report.contains(#"the version is "\u{1b}[2J\u{202e}""#), "\(report)")
        #expect(!report.unicodeScalars.contains("\u{1B}") && !report.unicodeScalars.contains("\u{202E}"))
    }

    @Test func `a generator that cannot work is said once`() async throws {
        let server = try await ServerProcess(.serve)
        func script(_ name: String, _ text: String, mode: Int = 0o755) -> String {
            let path = "\(server.folder)/\(name)"
            _ = FileManager.default.createFile(
                atPath: path,
                contents: Data(text.utf8),
                attributes: [.posixPermissions: mode]
            )
            return path
        }
        for (program, words) in [
            ("\(server.folder)/none", "there is no generator"),
            ("no-such-program", "no program no-such-program in PATH"),
            (script("plain", "#!/bin/sh\n", mode: 0o644), "is not executable"), (server.folder, "is a folder"),
            (script("bad", "#!/no/such/interpreter\n"), "its first line"),
            (script("silent", "#!/bin/sh\n"), "prints nothing"),
            (script("failing", "#!/bin/sh\nexit 3\n"), "exits with code 3 whatever"),
            (script("chatty", "#!/bin/sh\necho debug\necho key\n"), "prints 2 lines"),
        ] {
            let text = try server.latchkey(["conformance", "--", program], expecting: 1)
            #expect(text.contains(words), "\(text)")
            #expect(text.split(separator: "\n").count == 1, "\(text)")
        }
    }
}
