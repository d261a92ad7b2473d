import Foundation
import NIOHTTP1
import SystemSupport
import Testing

/// Passwords as a weapon (`docs/threats.md#flood`): whoever floods waits behind himself, and pays.
@Suite struct PasswordFloodTests {
    @Test func `wrong passwords of one source keep nobody else from signing in`() async throws {
        let server = try await ServerProcess(.serve, settings: ["LATCHKEY_HTTP_TRUSTED_PROXIES": "127.0.0.1"])
        try server.latchkey(["group", "create", "12345", "--name", "Acme"])
        let password = server.folder + "/password"
        try "correct horse".write(toFile: password, atomically: true, encoding: .utf8)
        try server.latchkey([
            "user", "add", "--group", "12345", "--puid", "p", "--username", "dana", "--password-file", password,
        ])
        try await server.start()
        let url = server.url + "/services/AuthorizationService.svc/rest/Authorize?groupid=12345&service=webservices"

        // Sixty-four at once, again and again, until the others are done.
        let script = """
            while [ ! -e "$1/done" ]; do
                curl -s -Z --no-progress-meter --parallel-immediate --parallel-max 64 -H 'X-Forwarded-For: 203.0.113.1' \
                    -d 'username=dana&password=wrong' -w '%{http_code}\\n' -o /dev/null "$2&n=[1-64]" >>"$1/statuses"
            done
            """
        let flood = try ChildProcess("/bin/sh", ["-c", script, "flood", server.folder, url])
        for number in 0..<12 {
            let form = "username=dana&password=correct%20horse"
            let answer = try await HTTP.postForm(url, form, headers: ["X-Forwarded-For": "198.51.100.\(number)"])
            #expect(answer.status == 200)
        }
        #expect(FileManager.default.createFile(atPath: server.folder + "/done", contents: nil))
        #expect(await flood.end(within: .seconds(60), asking: 0) == .exited(0))
        let statuses = try String(contentsOfFile: server.folder + "/statuses", encoding: .utf8).split(separator: "\n")
        #expect(statuses.count >= 64)
        #expect(Set(statuses).isSubset(of: ["401", "429"]) && statuses.contains("429"))
        #expect(try await HTTP.send(.GET, server.url + "/healthz").status == 200)
    }

    @Test func `passwords that wait do not hold up a stop`() async throws {
        let server = try await ServerProcess(.serve, settings: ["LATCHKEY_HTTP_TRUSTED_PROXIES": "127.0.0.1"])
        try await server.start()
        // Five hundred sources with a password each: more than half a minute's work.
        let script = """
            import socket, sys, time
            body = b"username=nobody&password=x"
            peers = []
            for number in range(500):
                peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
                peer.sendall(b"POST /services/AuthorizationService.svc/rest/Authorize HTTP/1.1\\r\\nHost: x\\r\\n"
                    b"X-Forwarded-For: 203.0.%d.%d\\r\\nContent-Length: %d\\r\\n\\r\\n" % (number // 250, number % 250, len(body))
                    + body)
                peers.append(peer)
            print(peers[0].recv(12).decode(), flush=True)
            time.sleep(120)
            """
        let flood = try ChildProcess("/usr/bin/python3", ["-c", script, "\(server.port)"], output: nil)
        defer { flood.send(SIGKILL) }
        try await ContinuousClock().sleep(for: .seconds(3))
        let start = ContinuousClock.now
        #expect(await server.stop() == 0)
        #expect(start.duration(to: .now) < .seconds(30))
    }
}
