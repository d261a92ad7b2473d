import Accounts
import Crypto
import Foundation
import LocalIPC
import LoginKey
import NIOCore
import NIOPosix
import Synchronization
import Testing
import WebSocketClient

/// Launcher, client and server as real processes, without a browser.
@Suite(.serialized) struct ClientTests {
    private func withDemo(_ body: (ServerProcess, DemoPanel, AgentComputer) async throws -> Void) async throws {
        let server = try await ServerProcess(.demo)
        try await server.start()
        let computer = try AgentComputer()
        do {
            try await body(server, DemoPanel(server), computer)
        } catch {
            print(computer.log)
            await computer.quit()
            await server.stop()
            throw error
        }
        await computer.quit()
        await server.stop()
    }

    private func audit(_ server: ServerProcess, _ correlationID: String) throws -> [String] {
        let text = try server.latchkey(["audit", "list", "--correlation", correlationID, "--json"])
        let rows = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]] ?? []
        return rows.map { "\($0["action"] ?? "") \($0["outcome"] ?? "") \($0["reason"] ?? "")" }
    }

    private func loginKeyURL(_ server: ServerProcess, _ user: String, at host: String? = nil) throws -> String {
        let key = try server.latchkey(["key", "make", "--group", "12345", "--user", user])
            .trimmingCharacters(in: .newlines)
        let credentials = "partnerid=12345&partneruserid=\(user)&loginkey=\(key)"
        return host.map { "glancepanorama://agentjoin/\($0)/12345/k?\(credentials)" }
            ?? "glancepanorama://authenticate?\(credentials)"
    }

    static let toni = "005Fk000001aBcHIAU"

    // MARK: Tickets in the wrong hands (`docs/threats.md#stolen-scheme`)

    private func present(
        _ server: ServerProcess,
        _ ticket: String,
        key: Curve25519.Signing.PrivateKey,
        claiming publicKey: String? = nil
    ) async throws -> HTTP.Answer {
        let own = key.publicKey.rawRepresentation.base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        let proof = try key.signature(for: Data("latchkey-client-proof-1\n\(ticket)".utf8)).base64EncodedString()
        let body =
            #"{"ticket":"\#(ticket)","clientkey":"\#(publicKey ?? own)","clientproof":"\#(proof)","service":"client"}"#
        return try await HTTP.postJSON(server.url + "/services/AuthorizationService.svc/rest/Authorize", body)
    }

    @Test func `a program that steals the URL gets the same refusal in every way, and the audit shows it`() async throws
    {
        try await withDemo { server, panel, computer in
            try await panel.connect(computer)
            let thief = Curve25519.Signing.PrivateKey()
            func ticket(_ offer: DemoPanel.Offer) -> String { String(offer.url.split(separator: "=").last ?? "") }
            var refusals: [String] = []

            // After the client has used it.
            let used = try await panel.click()
            #expect(try computer.launcher(used.url).status == 0)
            _ = try await panel.wait(used, for: "signedIn")
            let replayed = try await present(server, ticket(used), key: thief)
            refusals.append(replayed.body)
            #expect(try audit(server, used.correlationID).contains("authenticate refused alreadyUsed"))
            // The same through the client's own socket: it is asked to sign in once more, and is refused.
            try computer.client("sign-out")
            #expect(try computer.launcher(used.url).status == 0)
            try await computer.wait("refused") { $0.problem?.contains("refused") == true }
            #expect(computer.status()?.account == nil)

            // Before the client: spent, and of no use to either.
            let stolen = try await panel.click()
            refusals.append(try await present(server, ticket(stolen), key: thief).body)
            let told = try await panel.wait(stolen, for: "notEnrolled")
            #expect(told.member("clientCode") != computer.status()?.code)
            #expect(try computer.launcher(stolen.url).status == 0)
            try await computer.wait("refused") { $0.problem?.contains("refused") == true }
            #expect(
                try audit(server, stolen.correlationID).contains("authenticate refused clientNotEnrolled")
            )

            // With the client's public key, which is no secret.
            let copied = try await panel.click()
            let text = try server.latchkey(["audit", "list", "--json"])
            let range = try #require(text.range(of: "client key "))
            let publicKey = String(text[range.upperBound...].prefix(43))
            refusals.append(try await present(server, ticket(copied), key: thief, claiming: publicKey).body)
            #expect(try audit(server, copied.correlationID).contains("authenticate refused wrongClientProof"))

            // Without a proof at all.
            let bare = try await panel.click()
            let answer = try await HTTP.postJSON(
                server.url + "/services/AuthorizationService.svc/rest/Authorize",
                #"{"ticket":"\#(ticket(bare))","service":"client"}"#
            )
            #expect(answer.status == 401)
            refusals.append(answer.body)
            let uniform = Set(refusals.map { $0.replacing(/"correlationId":"[0-9a-f]{32}"/, with: "") })
            #expect(uniform.count == 1, "\(uniform)")

            // The thief's page token cannot connect the thief's computer either.
            let foreign = try await DemoPanel(server, user: "toni").click()
            let enrolled = try await HTTP.postJSON(
                server.url + "/api/v1/launches/enrollment",
                #"{"clientkey":"\#(publicKey)"}"#,
                headers: ["authorization": "Bearer \(foreign.token)"]
            )
            #expect(enrolled.status == 401)
        }
    }

    @Test func `of many at once exactly one spends a ticket`() async throws {
        try await withDemo { server, panel, computer in
            try await panel.connect(computer)
            let keyFile = computer.folder + "/XDG_DATA_HOME/latchkey/client.key"
            let text = try String(contentsOfFile: keyFile, encoding: .utf8).trimmingCharacters(in: .newlines)
            let key = try Curve25519.Signing.PrivateKey(rawRepresentation: Data(base64Encoded: text) ?? Data())
            let ticket = try await String(panel.click().url.split(separator: "=").last ?? "")
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<40 {
                    group.addTask { try await present(server, ticket, key: key).status }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 200 } == 1)
            #expect(statuses.count { $0 == 401 } == 39)
        }
    }

    // MARK: Which user, which server (`docs/threats.md#login-csrf` and `docs/threats.md#server-name`)

    @Test func `never swaps the signed-in user without asking, and tells the page what was answered`() async throws {
        try await withDemo { server, panel, computer in
            try await panel.connect(computer)
            _ = try computer.launcher(try await panel.click().url)
            try await computer.wait("signed in") { $0.account?.name == "Toni Marsh" }
            // Robin may use the client too, for this test.
            try server.latchkey(["user", "add", "--group", "12345", "--puid", "eve", "--username", "eve"])
            #expect(try computer.launcher(loginKeyURL(server, "eve")).status == 0)
            let asked = try await computer.wait("asking") { $0.question?.kind == "changeUser" }
            #expect(asked.account?.name == "Toni Marsh")
            #expect(asked.question?.text.contains("Toni Marsh") == true)
            #expect(asked.question?.text.contains("eve") == true)
            try computer.client("decline")
            #expect(computer.status()?.account?.name == "Toni Marsh")
            #expect(computer.status()?.question == nil)
            // The policy of a computer on which nobody is there to answer.
            try computer.client("questions", "decline")
            _ = try computer.launcher(loginKeyURL(server, "eve"))
            #expect(computer.status()?.account?.name == "Toni Marsh")
            try computer.client("questions", "confirm")
            _ = try computer.launcher(loginKeyURL(server, "eve"))
            try await computer.wait("signed in as eve") { $0.account?.name == "eve" }
            try computer.client("questions", "ask")
            let offer = try await panel.click()
            _ = try computer.launcher(offer.url)
            try await computer.wait("asking") { $0.question?.kind == "changeUser" }
            try computer.client("decline")
            #expect(try await panel.wait(offer, for: "declined").member("reason") == "userDeclined")
            #expect(computer.status()?.account?.name == "eve")
        }
    }

    @Test func `sends not one packet to a server that it is not configured for`() async throws {
        try await withDemo { server, _, computer in
            let counter = Counter()
            let spy = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .childChannelInitializer { channel in
                    counter.increment()
                    return channel.close()
                }
                .bind(host: "127.0.0.1", port: 0).get()
            let port = spy.localAddress?.port ?? 0
            try computer.client("server", "add", server.url)
            for host in [
                "127.0.0.1:\(port)", "localhost:\(server.port)", "localhost:\(port)", "127.0.0.1",
                "127.0.0.1:\(server.port).evil.example:\(port)", "127.0.0.1:0\(server.port)", "evil.example",
                "127.0.0.1:\(server.port)@127.0.0.1:\(port)", "127.1:\(port)", "0:\(port)", "[::1]:\(port)",
            ] {
                let result = try computer.launcher(loginKeyURL(server, Self.toni, at: host))
                #expect(result.status == 65, "\(host): \(result.text)")
                #expect(!result.text.contains("loginkey"))
            }
            #expect(counter.value == 0)
            #expect(computer.status()?.account == nil)
            // The spy does see packets.
            let probe = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: port).get()
            try? await probe.close()
            for _ in 0..<100 where counter.value == 0 {
                try await ContinuousClock().sleep(for: .milliseconds(10))
            }
            #expect(counter.value == 1)
            try await spy.close()
        }
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)

        var value: Int { count.withLock { $0 } }

        func increment() {
            count.withLock { $0 += 1 }
        }
    }

    @Test func `takes LoginKeys in URLs only where the group does`() async throws {
        try await withDemo { server, _, computer in
            try computer.client("server", "add", server.url)
            try computer.client("questions", "confirm")
            _ = try computer.launcher(loginKeyURL(server, Self.toni))
            try await computer.wait("signed in") { $0.account?.name == "Toni Marsh" }
            try computer.client("sign-out")
            try server.latchkey(["group", "update", "12345", "--no-login-key-urls"])
            // Another second, another key: this one was not used before.
            try await ContinuousClock().sleep(for: .milliseconds(1100))
            _ = try computer.launcher(loginKeyURL(server, Self.toni))
            try await computer.wait("refused") { $0.problem?.contains("refused") == true }
            #expect(try server.latchkey(["audit", "list", "--refused", "--json"]).contains("loginKeyURLNotAllowed"))
        }
    }

    @Test func `takes a LoginKey of version 2 for what its URL asks for, and for nothing else`() async throws {
        try await withDemo { server, _, computer in
            try computer.client("server", "add", server.url)
            try computer.client("questions", "confirm")
            func url(_ command: String, key: String) throws -> String {
                let arguments = ["key", "make", "--group", "12345", "--user", Self.toni, "--version", "2"]
                let made = try server.latchkey(arguments + ["--command", "show", "--session", "4711"])
                let loginKey = made.trimmingCharacters(in: .newlines)
                    .replacing(":", with: "%3A")
                return
                    "glancepanorama://\(command)?key=\(key)&partnerid=12345&partneruserid=\(Self.toni)&loginkey=\(loginKey)"
            }
            for (command, key, reason) in [("view", "4711", "wrongCommand"), ("show", "4712", "wrongSession")] {
                _ = try computer.launcher(url(command, key: key))
                try await computer.wait("refused") { $0.problem?.contains("refused") == true }
                #expect(try server.latchkey(["audit", "list", "--refused", "--json"]).contains(reason))
            }
            _ = try computer.launcher(url("show", key: "4711"))
            try await computer.wait("signed in") { $0.account?.name == "Toni Marsh" && $0.session?.key == "4711" }
            #expect(!computer.log.contains("$2$"))
        }
    }

    // MARK: One client, no port, no secret in the log

    @Test func `two launchers at once start one client, which listens on no port and logs no secret`() async throws {
        try await withDemo { server, panel, computer in
            try computer.client("server", "add", server.url)
            for _ in 0..<3 {
                let urls = try await [panel.click().url, panel.click().url]
                let results = try await withThrowingTaskGroup(of: AgentComputer.Result.self) { group in
                    for url in urls {
                        group.addTask { try computer.launcher(url) }
                    }
                    return try await group.reduce(into: [AgentComputer.Result]()) { $0.append($1) }
                }
                #expect(results.map(\.status) == [0, 0])
                #expect(results.map(\.text) == ["", ""])
                let process = try #require(computer.status()?.processID)
                #expect(clients(of: computer) == [process])
                #expect(listeningPorts(of: process).isEmpty)
                computer.kill()
                #expect(computer.status() == nil)
            }
            for word in ["ticket=", "loginkey", "eyJ", "$1$"] {
                #expect(!computer.log.contains(word), "\(word)")
            }
        }
    }

    @Test func `the client keeps nothing that the browser had open`() async throws {
        try await withDemo { server, panel, computer in
            try computer.client("server", "add", server.url)
            // As a browser with many connections would start the launcher.
            let file = computer.folder + "/open"
            let pipe = (3...9).map { "\($0)>>\(file)" } + [300, 1000].map { "\($0)>>\(file)" }
            let script = "exec \(pipe.joined(separator: " ")); exec \"$0\" \"$1\""
            let url = try await panel.click().url
            #expect(try computer.run("/bin/bash", ["-c", script, computer.launcherProgram, url]).status == 0)
            let process = try #require(computer.status()?.processID)
            let names = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd")
            let open = names.compactMap {
                try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/fd/\($0)")
            }
            #expect(!open.isEmpty && !open.contains(file))
        }
    }

    /// The clients that run with this desktop's environment.
    private func clients(of computer: AgentComputer) -> [Int32] {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { Int32($0) } ?? []
        return processes.filter { process in
            let environment = FileManager.default.contents(atPath: "/proc/\(process)/environ") ?? Data()
            let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/exe")
            return program?.hasSuffix("/latchkey-client") == true
                && environment.range(of: Data(computer.folder.utf8)) != nil
        }
    }

    /// The TCP ports that a process listens on (`docs/threats.md#local-port`).
    private func listeningPorts(of process: Int32) -> [String] {
        let folder = "/proc/\(process)/fd"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let sockets = Set(
            names.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)") }
        )
        #expect(sockets.contains { $0.hasPrefix("socket:") })
        return ["tcp", "tcp6", "udp", "udp6"]
            .flatMap { table in
                ((try? String(contentsOfFile: "/proc/\(process)/net/\(table)", encoding: .utf8)) ?? "")
                    .split(separator: "\n")
                    .map { $0.split(separator: " ").map(String.init) }
                    .filter { $0.count > 9 && ["0A", "07"].contains($0[3]) && sockets.contains("socket:[\($0[9])]") }
                    .map { $0[1] }
            }
    }

    // MARK: kill -9, restart, sleep

    enum Moment: String, CaseIterable, Sendable {
        case signedOut
        case asking
        case signingIn
        case signedIn
        case waitingForSession
        case askingVisitor
        case letIn
        case live
    }

    @Test(arguments: Moment.allCases)
    func `after a kill -9 in any state a click leads to a live session again`(_ moment: Moment) async throws {
        try await withDemo { server, panel, computer in
            try await panel.connect(computer)
            switch moment {
            case .signedOut: break
            case .asking:
                try FileManager.default.removeItem(atPath: computer.folder + "/XDG_STATE_HOME/latchkey/groups")
                _ = try computer.launcher(try await panel.click().url)
                try await computer.wait("asking") { $0.question != nil }
            case .signedIn, .waitingForSession:
                _ = try computer.launcher(try await panel.click().url)
                try await computer.wait("waiting") { $0.session?.phase == "requesting" }
                if moment == .signedIn { try computer.client("leave") }
            case .signingIn, .askingVisitor, .letIn, .live: break
            }
            try await panel.visit { visitor in
                if [.askingVisitor, .letIn, .live].contains(moment) {
                    _ = try computer.launcher(try await panel.click().url)
                    try await visitor.expect("consentAsked")
                }
                if moment == .live {
                    try await visitor.send(#"{"type":"accept"}"#)
                    try await computer.wait("live") { $0.session?.phase == "live" }
                }
                if moment == .signingIn {
                    let url = try loginKeyURL(server, Self.toni)
                    server.hold(true)
                    _ = try computer.launcher(url)
                    try await computer.wait("signing in") { $0.state == .signingIn }
                }
                computer.kill()
                server.hold(false)
                if moment == .letIn {
                    try await visitor.expect("away")
                    try await visitor.send(#"{"type":"accept","agent":"Toni Marsh"}"#)
                }
                let offer = try await panel.click()
                let opened = try computer.launcher(offer.url)
                #expect(opened.status == 0, "\(opened.text)")
                if moment == .asking { _ = try await computer.wait("asking") { $0.question != nil } }
                if moment == .asking { try computer.client("confirm") }
                if moment != .live, moment != .letIn {
                    try await visitor.expect("consentAsked")
                    try await visitor.send(#"{"type":"accept"}"#)
                }
                try await computer.wait("live again") { $0.session?.phase == "live" }
                _ = try await panel.wait(offer, for: "inSession")
                try computer.client("say", "I am back")
                #expect(try await visitor.expect("message").contains("I am back"))
            }
        }
    }

    @Test func `stays signed in and goes on waiting while the server restarts, and comes back after a sleep`()
        async throws
    {
        try await withDemo { server, panel, computer in
            try await panel.connect(computer)
            _ = try computer.launcher(try await panel.click().url)
            try await computer.wait("waiting") { $0.session?.phase == "requesting" }
            server.kill()
            try await server.start()
            #expect(computer.status()?.account?.name == "Toni Marsh")
            try await panel.visit { visitor in
                try await visitor.expect("consentAsked")
                try await visitor.send(#"{"type":"accept"}"#)
                let status = try await computer.wait("live") { $0.session?.phase == "live" }
                // What a closed lid does to a process, as far as the process can tell.
                Foundation.kill(status.processID, SIGSTOP)
                try await ContinuousClock().sleep(for: .seconds(6))
                Foundation.kill(status.processID, SIGCONT)
                for _ in 0..<200 where !computer.log.contains("resumed") {
                    try await ContinuousClock().sleep(for: .milliseconds(25))
                }
                #expect(computer.log.contains("resumed"))
                try await computer.wait("live again") { $0.session?.phase == "live" }
                try await visitor.send(#"{"type":"message","text":"Still there?"}"#)
                try await computer.wait("told") { $0.session?.messages.last?.text == "Still there?" }
            }
        }
    }

    @Test func `comes back into a live session after the network was gone`() async throws {
        let port = try await ServerProcess.freePort()
        let network = try await CuttableProxy(to: port)
        let url = "http://127.0.0.1:\(network.port)"
        let server = try await ServerProcess(.serve, port: port, settings: ["LATCHKEY_HTTP_PUBLIC_URL": url])
        try server.latchkey(["group", "create", "12345", "--name", "Acme"])
        try server.latchkey(["group", "update", "12345", "--desktop-client"])
        try server.latchkey(["apikey", "create", "--group", "12345"])
        try server.latchkey(["user", "add", "--group", "12345", "--puid", "joe", "--username", "joe"])
        try await server.start()
        let computer = try AgentComputer()
        try computer.client("server", "add", url)
        try computer.client("questions", "confirm")
        let visit = try await HTTP.postJSON(
            server.url + "/api/v1/visits",
            #"{"groupid":"12345","visitorid":"k","name":"Noor Haddad"}"#
        )
        let serverKey = try #require(visit.member("serverKey"))
        try await SessionClient(url: "ws://127.0.0.1:\(port)/session")
            .converse { visitor in
                try await visitor.send(#"{"type":"connect","serverKey":"\#(serverKey)"}"#)
                #expect(try computer.launcher(loginKeyURL(server, "joe", at: "127.0.0.1:\(network.port)")).status == 0)
                try await visitor.expect("consentAsked")
                try await visitor.send(#"{"type":"accept"}"#)
                try await computer.wait("live") { $0.session?.phase == "live" }
                network.cut(true)
                try await visitor.expect("away")
                try await computer.wait("reconnecting") { $0.session?.phase == "reconnecting" }
                #expect(computer.status()?.account?.name == "joe")
                network.cut(false)
                try await visitor.expect("arrived")
                try await computer.wait("live again") { $0.session?.phase == "live" }
                try computer.client("say", "I am back")
                #expect(try await visitor.expect("message").contains("I am back"))
            }
        await computer.quit()
        await server.stop()
        await network.stop()
    }

    // MARK: The command line

    @Test func `says what is wrong when there is no client, no server and no folder`() throws {
        let computer = try AgentComputer()
        #expect(try computer.client("status", expecting: nil).contains("not running"))
        #expect(try computer.client("server", "add", "http://evil.example", expecting: nil).contains("is not https://"))
        let key = "$1$1795364878$DVMsE0uFtTjc6mSmgHW28V71P_ZpH7LaFaWAq8wePQY"
        let result = try computer.launcher("glancepanorama://authenticate?partnerid=1&partneruserid=a&loginkey=\(key)")
        #expect(result.status == 65)
        #expect(result.text.contains("latchkey-client server add"))
        try computer.client("quit")
    }
}
