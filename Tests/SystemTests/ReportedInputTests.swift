import Crypto
import Foundation
import NIOHTTP1
import SystemSupport
import Testing

/// Small inputs that other systems of this kind were reported to fail on, tried on the real server.
@Suite struct ReportedInputTests {
    private func withServer(_ users: [String], _ body: (ServerProcess) async throws -> Void) async throws {
        let server = try await ServerProcess(.serve)
        try server.latchkey(["group", "create", "12345", "--name", "Acme", "--use-policy", "off"])
        try server.latchkey(["apikey", "create", "--group", "12345"])
        for (number, user) in users.enumerated() {
            try server.latchkey([
                "user", "add", "--group", "12345", "--puid", user, "--username", "user\(number)@acme.example",
            ])
        }
        try await server.start()
        try await body(server)
        #expect(await server.stop() == 0)
    }

    private func loginKey(_ user: String, _ server: ServerProcess) throws -> String {
        try server.latchkey(["key", "make", "--group", "12345", "--user", user]).trimmingCharacters(in: .newlines)
    }

    // E1
    @Test func `where the dollar came encoded, a form encoder made the query`() async throws {
        try await withServer(["dana smith", "joe+x@ex.example", "sean.o'brien@acme.example"]) { server in
            let view = server.url + "/agentjoin/AgentView.aspx?sessionkey=x&partnerid=12345&partneruserid="
            for (spelling, user, isForm, status) in [
                ("dana+smith", "dana smith", true, 303), ("dana+smith", "dana smith", false, 401),
                ("dana%20smith", "dana smith", false, 303), ("joe+x@ex.example", "joe+x@ex.example", false, 303),
                ("joe%2Bx%40ex.example", "joe+x@ex.example", true, 303),
                ("sean.o'brien@acme.example", "sean.o'brien@acme.example", false, 303),
            ] {
                let key = try loginKey(user, server)
                let text = isForm ? key.replacing("$", with: "%24") : key
                let answer = try await HTTP.send(.GET, "\(view)\(spelling)&loginkey=\(text)")
                #expect(answer.status == status, "\(spelling)")
            }
        }
    }

    // E3
    @Test func `a Canvas envelope is taken in each spelling of Base64, and for each spelling of the user's id`()
        async throws
    {
        let (organization, secret) = ("00DFk0000001234MAA", "0123456789abcdef")
        try await withServer(["005Fk000001aBcDIAU"]) { server in
            try server.latchkey(
                ["salesforce", "connect", organization, "--group", "12345"],
                settings: ["LATCHKEY_CONSUMER_SECRET": secret]
            )
            for (user, organization) in [
                ("005Fk000001aBcDIAU", organization), ("005Fk000001aBcD", String(organization.prefix(15))),
            ] {
                let context = """
                    {"context":{"user":{"userId":"\(user)","userName":"dana","fullName":"~~~ÿÿÿ???"},\
                    "organization":{"organizationId":"\(organization)"}},"algorithm":"HMACSHA256"}
                    """
                // With a blank more or less, there is padding of each length.
                for body in [context, context + " ", context + "  "] {
                    for spelling in Self.spellings {
                        let text = spelling(Data(body.utf8))
                        let key = SymmetricKey(data: Data(secret.utf8))
                        let code = Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key))
                        let request = "\(spelling(code)).\(text)"
                        let form = request.replacing("+", with: "%2B").replacing("=", with: "%3D")
                        let answer = try await HTTP.postForm(
                            server.url + "/salesforce/loginkey",
                            "signed_request=" + form
                        )
                        #expect(answer.status == 200, "\(request): \(answer.body)")
                    }
                }
            }
        }
    }

    private static let spellings: [@Sendable (Data) -> String] = [
        { $0.base64EncodedString() },
        { $0.base64EncodedString().replacing("=", with: "") },
        { $0.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_") },
        { $0.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "") },
    ]

    // P1, P2, P4
    @Test func `parameters that nobody knows, and blanks behind the scheme, stop no identity provider`() async throws {
        try await withServer([]) { server in
            try server.latchkey(["user", "add", "--group", "12345", "--username", "admin", "--administrator"])
            let text = try server.latchkey(["token", "create", "--group", "12345", "--user", "admin", "--json"])
            let token = try #require(text.firstMatch(of: /"accessToken" *: *"([^"]+)"/)).1
            let users = server.url + "/scim/v2/Users"
            let headers = ["authorization": "Bearer  \(token)", "content-type": "application/scim+json"]
            let name = "sean.o'brien@acme.example"
            let user = #"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"\#(name)"}"#
            #expect(try await HTTP.send(.POST, users, headers: headers, body: Array(user.utf8)).status == 201)
            let filter = "userName+eq+%22sean.o'brien%40acme.example%22"
            for query in [
                "flag&filter=\(filter)", "filter=\(filter)&flag", "flag=&x=1&filter=\(filter)", "&filter=\(filter)&",
            ] {
                let answer = try await HTTP.send(.GET, "\(users)?\(query)", headers: headers)
                #expect(answer.status == 200, "\(query): \(answer.body)")
                #expect(answer.member("totalResults") == "1", "\(query): \(answer.body)")
            }
        }
    }

    // O7, O9
    @Test(.enabled(if: geteuid() == 0, "only the superuser can become somebody else"))
    func `another user, a folder that is read-only and files that are not there are named`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "latchkey-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let open = [FileAttributeKey.posixPermissions: 0o755]
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: open)
        // The program itself may lie where nobody else may go.
        let program = folder + "/latchkey"
        try FileManager.default.copyItem(atPath: ServerProcess.executable.path, toPath: program)
        let run = { (arguments: [String], asNobody: Bool) throws -> String in
            let nobody = ["--reuid", "65534", "--regid", "65534", "--clear-groups", "--bounding-set=-all"]
            let text =
                try ChildProcess
                .run(
                    "/usr/bin/setpriv",
                    (asNobody ? nobody : []) + ["--", program] + arguments,
                    environment: ["PATH": "/usr/bin:/bin"],
                    folder: folder,
                    withErrors: true
                )
                .output
            #expect(!text.contains("Cocoa") && !text.contains("Error Domain"), "\(text)")
            return text
        }
        #expect(try run(["group", "create", "12345", "--name", "x"], true).contains("you may not write to the folder"))
        _ = try run(["group", "create", "12345", "--name", "Acme"], false)
        #expect(try run(["group", "list"], true).contains("run the command as the user who owns it"))
        let elsewhere = ["--database", "/none/latchkey.sqlite"]
        #expect(try run(["serve"] + elsewhere, false).contains("there is no folder /none"))
        let users = try run(["user", "import", "/none.csv", "--group", "12345"], false)
        #expect(users.contains("/none.csv cannot be read; does it exist"))
        let archive = ["audit", "archive", "--to", "/none/audit.jsonl", "--before", "2020-01-01"]
        #expect(try run(archive, false).contains("/none/audit.jsonl cannot be written"))
        #expect(try run(["demo", "--data-folder", folder + "/demo"], true).contains("\(folder)/demo cannot be made"))
        try "garbage\n".write(toFile: folder + "/key", atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder + "/key")
        let key = try run(["group", "list", "--master-key-file", "key"], false)
        #expect(key.contains("the master key file key does not hold 32 bytes in Base64"))
        _ = try run(["apikey", "create", "--group", "12345"], false)
        let lifetime = ["key", "make", "--group", "12345", "--user", "x", "--lifetime", "0"]
        #expect(try run(lifetime, false).contains("a LoginKey lives 1 to 86,400 seconds"))
        // A store of its own: this one belongs to somebody else.
        try FileManager.default.createDirectory(atPath: folder + "/own", withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder + "/own")
        let own = ["--database", "own/latchkey.sqlite", "--master-key-file", "own/latchkey.key"]
        let port = try run(["serve", "--port", "443"] + own, true)
        #expect(port.contains("cannot listen on 127.0.0.1:443 (permission denied)"), "\(port)")
        #expect(port.contains("CAP_NET_BIND_SERVICE") && port.contains("--port"), "\(port)")
    }
}
