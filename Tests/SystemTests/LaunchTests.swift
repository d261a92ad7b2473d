import Foundation
import LocalIPC
import SystemSupport
import TestSupport
import Testing
import WebSocketClient

/// The whole way of a click: Chromium, `xdg-open`, the launcher, the client and its window, on a desktop of their own.
@Suite(
    .serialized,
    .enabled(if: WebDriver.isInstalled && VirtualDisplay.isInstalled, "no desktop here: run script/bootstrap test")
)
struct LaunchTests {
    private struct Scene {
        let server: ServerProcess
        let panel: DemoPanel
        let display: VirtualDisplay
        let computer: AgentComputer
        let browser: WebDriver
    }

    private func withDesktop(isRegistered: Bool = true, _ body: (Scene) async throws -> Void) async throws {
        let server = try await ServerProcess(.demo)
        try await server.start()
        try Self.rewordAudit(server)
        let display = try VirtualDisplay()
        let computer = try AgentComputer(display: display.name)
        if isRegistered { #expect(try computer.launcher("register").status == 0) }
        let browser = try await WebDriver(
            environment: computer.environment,
            allowing: [server.url: ["glancepanorama"]]
        )
        let scene = Scene(
            server: server,
            panel: try await DemoPanel(server),
            display: display,
            computer: computer,
            browser: browser
        )
        func end() async {
            await browser.quit()
            browser.removeProfile()
            await computer.quit()
            await display.stop()
            await server.stop()
        }
        do {
            try await body(scene)
        } catch {
            print(computer.log)
            try? display.screenshot("failure-\(UUID().uuidString.prefix(6))")
            await end()
            throw error
        }
        await end()
    }

    /// Rewords what each event of the audit says: nothing may depend on it.
    private static func rewordAudit(_ server: ServerProcess) throws {
        let update = "UPDATE audit SET detail = 'reworded', actor = 'somebody', reason = 'some' WHERE id = new.id"
        try Tool.run(
            "/usr/bin/sqlite3",
            [server.database, "CREATE TRIGGER reworded AFTER INSERT ON audit BEGIN \(update); END"]
        )
    }

    private func openPanel(_ scene: Scene) async throws {
        try await scene.browser.open("\(scene.server.url)/demo/crm/contact/\(DemoPanel.record)?user=toni")
        try await scene.browser.enterFrame("iframe[name=panel]")
    }

    /// Whether the client's window shows sessions itself, and not their texts.
    private static let showsPages = ["x86_64", "aarch64"]
        .contains {
            FileManager.default.fileExists(atPath: "/usr/lib/\($0)-linux-gnu/libwebkitgtk-6.0.so.4")
        }

    @Test func `a click goes through browser, launcher and client to a live session, the first time and again`()
        async throws
    {
        try await withDesktop { scene in
            let (browser, computer) = (scene.browser, scene.computer)
            try computer.client("server", "add", scene.server.url)
            try await openPanel(scene)

            // The first time: nothing runs, and the computer is not connected yet.
            #expect(computer.status() == nil)
            try await browser.click("[data-action=join]")
            try await browser.expect("is open", in: "#launch-state")
            try await computer.wait("asking") { $0.question?.kind == "newGroup" }
            try await wait { !scene.display.titles("Latchkey").isEmpty }
            scene.display.raise("Latchkey")
            try scene.display.screenshot("client-question")
            try computer.client("confirm")
            try await browser.expect("Does your client show the code", in: "#launch-state")
            let code = try #require(computer.status()?.code)
            try await browser.expect(code, in: "#launch-state")
            try scene.display.screenshot("client-connect")
            try await browser.click("#launch-connect")
            try await computer.wait("signed in") { $0.account?.name == "Toni Marsh" }
            try await browser.expect("The client is signed in", in: "#launch-state")

            // The client runs; the visitor comes.
            try await scene.panel.visit { visitor in
                try await visitor.expect("consentAsked")
                try await visitor.send(#"{"type":"accept"}"#)
                try await visitor.expect("active")
                try await browser.expect("In session", in: "#launch-state")
                try await visitor.send(#"{"type":"message","text":"Can you see my basket?"}"#)
                try await wait { scene.display.titles("In session with Noor Haddad").count == 1 }
                if Self.showsPages {
                    try await computer.wait("shown") { $0.session?.phase == "viewing" }
                } else {
                    try await computer.wait("told") { $0.session?.messages.count == 1 }
                }
                scene.display.raise("In session")
                try scene.display.screenshot("client-live")

                // Two clicks at once into the same session, in two windows of the browser.
                let first = try await browser.window()
                let second = try await browser.newWindow()
                try await openPanel(scene)
                try await browser.switchTo(first)
                try await browser.enterFrame("iframe[name=panel]")
                try await browser.click("[data-action=join]")
                try await browser.switchTo(second)
                try await browser.enterFrame("iframe[name=panel]")
                try await browser.click("[data-action=join]")
                try await browser.expect("In session", in: "#launch-state")
                try await browser.switchTo(first)
                try await browser.enterFrame("iframe[name=panel]")
                try await browser.expect("In session", in: "#launch-state")
                try await computer.wait("live") { $0.session?.phase == (Self.showsPages ? "viewing" : "live") }
                try await visitor.send(#"{"type":"message","text":"Still there?"}"#)
                if !Self.showsPages {
                    try await computer.wait("told") { $0.session?.messages.last?.text == "Still there?" }
                }
                try await visitor.send(#"{"type":"leave"}"#)
            }
            try await browser.expect("The session has ended", in: "#launch-state")

            // Killed while nobody looks: the click starts it anew, and the window comes back.
            computer.kill()
            try await scene.panel.visit { visitor in
                try await browser.click("[data-action=join]")
                try await visitor.expect("consentAsked")
                try await visitor.send(#"{"type":"accept"}"#)
                try await visitor.expect("active")
                try await browser.expect("In session", in: "#launch-state")
                try await wait { scene.display.titles("In session with Noor Haddad").count == 1 }
            }
        }
    }

    /// Notes in the page when it was clicked, and when it said that nothing has opened.
    private static let stopwatch = """
        const state = document.getElementById("launch-state");
        document.addEventListener("click", () => { window.clicked = performance.now(); }, true);
        new MutationObserver(() => {
          if (state.textContent.startsWith("Nothing")) window.told ??= performance.now();
        }).observe(state, { childList: true });
        """

    @Test func `without a launcher the page says so within five seconds, and the browser opens the same session`()
        async throws
    {
        try await withDesktop(isRegistered: false) { scene in
            let browser = scene.browser
            try await openPanel(scene)
            try await scene.panel.visit { visitor in
                _ = try await browser.run(Self.stopwatch)
                try await browser.click("[data-action=join]")
                try await browser.expect("Nothing has opened", in: "#launch-state")
                let milliseconds = try await browser.run("return window.told - window.clicked") as? Double
                #expect(try #require(milliseconds) < 5500)
                try scene.display.screenshot("not-installed")
                let known = try await browser.windows()
                try await browser.click("#launch-browser")
                _ = try await browser.switchToNewWindow(besides: known)
                try await visitor.expect("consentAsked")
                try await visitor.send(#"{"type":"accept"}"#)
                try await visitor.expect("active")
                try await browser.expect("In session with Noor Haddad", in: "#state-title")
            }
            let key = try scene.server.latchkey(["key", "make", "--group", "12345", "--user", ClientTests.toni])
                .trimmingCharacters(in: .newlines)
            let query = "partnerid=12345&partneruserid=\(ClientTests.toni)&loginkey=\(key)"
            try await browser.open("\(scene.server.url)/agent/start?\(query)")
            try await browser.expect("Nothing has opened", in: "#launch-state")
        }
    }

    @Test func `the start page opens the client, and the switch of the panel the browser`() async throws {
        try await withDesktop { scene in
            let (browser, computer) = (scene.browser, scene.computer)
            try await scene.panel.connect(computer)
            let key = try scene.server.latchkey(["key", "make", "--group", "12345", "--user", ClientTests.toni])
                .trimmingCharacters(in: .newlines)
            let query = "partnerid=12345&partneruserid=\(ClientTests.toni)&loginkey=\(key)&key=88112233"
            try await browser.open("\(scene.server.url)/agent/start?\(query)")
            #expect(try await !browser.url().contains("loginkey"))
            let status = try await computer.wait("in the session") { $0.session?.key == "88112233" }
            #expect(status.account?.name == "Toni Marsh")
            try await browser.expect("waits for the visitor", in: "#launch-state")
            try await browser.screenshot("start")
            try computer.client("leave")

            try await openPanel(scene)
            let known = try await browser.windows()
            try await browser.click("#in-browser")
            try await browser.click("[data-action=start]")
            _ = try await browser.switchToNewWindow(besides: known)
            try await browser.expect("Toni Marsh", in: "#agent-name")
        }
    }

    private func wait(_ isThere: () -> Bool) async throws {
        for _ in 0..<600 {
            if isThere() { return }
            try await ContinuousClock().sleep(for: .milliseconds(50))
        }
        throw ServerFailure("it did not happen")
    }

    // MARK: The handler (`docs/threats.md#url-injection`)

    /// A launcher that stands behind a spy, and a client that is one: both write down how they were called.
    private func spiedComputer() throws -> (AgentComputer, handler: String, log: String) {
        // xdg-open looks for handlers only where there is a display; nothing is shown on it.
        let computer = try AgentComputer(display: ":0")
        let programs = computer.folder + "/programs"
        try FileManager.default.createDirectory(atPath: programs, withIntermediateDirectories: true)
        let log = computer.folder + "/calls"
        try FileManager.default.copyItem(
            atPath: computer.programs + "/latchkey-launcher",
            toPath: programs + "/latchkey-launcher"
        )
        func script(_ name: String, _ text: String) throws {
            _ = FileManager.default.createFile(
                atPath: "\(programs)/\(name)",
                contents: Data("#!/bin/sh\n\(text)\n".utf8),
                attributes: [.posixPermissions: 0o755]
            )
        }
        try script("latchkey-client", "echo \"client $# $*\" >> \(log); exit 1")
        try script("spy", "echo \"launcher $#\" >> \(log); exec \(programs)/latchkey-launcher \"$@\"")
        #expect(try computer.run(programs + "/latchkey-launcher", ["register"]).status == 0)
        let entry = computer.folder + "/XDG_DATA_HOME/applications/latchkey-launcher-glancepanorama.desktop"
        let text = try String(contentsOfFile: entry, encoding: .utf8)
        try text.replacing("programs/latchkey-launcher", with: "programs/spy")
            .write(toFile: entry, atomically: true, encoding: .utf8)
        return (computer, "/usr/bin/xdg-open", log)
    }

    @Test func `whatever a page sends, the handler runs one child with one argument`() async throws {
        let (computer, handler, log) = try spiedComputer()
        let key = "$1$1795364878$DVMsE0uFtTjc6mSmgHW28V71P_ZpH7LaFaWAq8wePQY"
        let good = "partnerid=12345&partneruserid=joe&loginkey=\(key)"
        let hostile = [
            "glancepanorama://authenticate?\(good)' --open=/bin/sh '", "glancepanorama://authenticate?\(good)\" \"-e",
            "glancepanorama://authenticate?\(good)&x=$(touch \(computer.folder)/owned)",
            "glancepanorama://authenticate?\(good)&x=`touch \(computer.folder)/owned`",
            "glancepanorama://authenticate?\(good);touch \(computer.folder)/owned",
            "glancepanorama://authenticate?\(good)|sh", "glancepanorama://authenticate?\(good)\n--help",
            "glancepanorama://authenticate?\(good) %u %F %i", "glancepanorama://--help", "glancepanorama://register",
            "glancepanorama:--version", "glancepanorama://\(String(repeating: "a", count: 5000))",
            "glancepanorama://authenticate?\(good)&config=/etc/passwd", "glancepanorama://../../bin/sh",
            "glancepanorama://authenticate?partnerid=1&partnerid=2&partneruserid=a&loginkey=\(key)",
            "glancepanorama://authenticate?partneruserid=é`touch \(computer.folder)/owned`&partnerid=1&loginkey=\(key)",
            "glancepanorama://é", "glancepanorama://authenticate?%00", "glancepanorama://*?[a-z]",
        ]
        for url in hostile {
            try? FileManager.default.removeItem(atPath: log)
            _ = try computer.run(handler, [url])
            let calls =
                (try? String(contentsOfFile: log, encoding: .utf8))?.split(separator: "\n").map(String.init) ?? []
            let launchers = calls.filter { $0.hasPrefix("launcher") }
            #expect(launchers == ["launcher 1"], "\(url.prefix(80)): \(calls)")
            // A text that is no URL of ours by its looks starts nothing; what looks like one starts the client bare.
            #expect(calls.filter { $0.hasPrefix("client") }.allSatisfy { $0 == "client 1 run" }, "\(calls)")
            #expect(!FileManager.default.fileExists(atPath: computer.folder + "/owned"))
        }
        for arguments in [["a", "b"], [], ["glancepanorama://authenticate?\(good)", "x"], ["--version"]] {
            try? FileManager.default.removeItem(atPath: log)
            _ = try computer.run(computer.folder + "/programs/latchkey-launcher", arguments)
            #expect(!FileManager.default.fileExists(atPath: log))
        }
    }

    @Test func `registers, says whether it still is the handler, and takes itself back`() throws {
        let computer = try AgentComputer()
        #expect(try computer.launcher("status").status == 1)
        let registered = try computer.launcher("register")
        #expect(registered.status == 0, "\(registered.text)")
        #expect(try computer.launcher("status").status == 0)
        // glance:// is another program's until it is asked for.
        #expect(try computer.launcher("status", "--scheme", "glance").status == 1)
        #expect(try computer.launcher("register", "--scheme", "glance").status == 0)
        #expect(try computer.launcher("status", "--scheme", "glance").status == 0)
        // Another program takes the scheme over.
        let other = computer.folder + "/XDG_DATA_HOME/applications/other.desktop"
        try
            "[Desktop Entry]\nType=Application\nName=Other\nExec=/bin/true %u\nMimeType=x-scheme-handler/glancepanorama;\n"
            .write(toFile: other, atomically: true, encoding: .utf8)
        _ = try computer.run("/usr/bin/xdg-mime", ["default", "other.desktop", "x-scheme-handler/glancepanorama"])
        let status = try computer.launcher("status")
        #expect(status.status == 1)
        #expect(status.text.contains("other.desktop"))
        #expect(try computer.launcher("unregister").status == 0)
        #expect(try computer.launcher("register", "--print", "macos").text.contains("UNTESTED"))
        #expect(try computer.launcher("register", "--print", "windows").text.contains("UNTESTED"))
        #expect(try computer.launcher("register", "--print", "amiga").status == 64)
        #expect(try computer.launcher("register", "--scheme", "https").status == 64)
    }

    /// A launcher of its own, installed in a folder, with a client that only notes that it was started.
    private func installed(_ computer: AgentComputer, in folder: String) throws {
        let manager = FileManager.default
        try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try manager.copyItem(atPath: computer.launcherProgram, toPath: folder + "/latchkey-launcher")
        _ = manager.createFile(
            atPath: folder + "/latchkey-client",
            contents: Data("#!/bin/sh\necho \"client $*\" >> '\(computer.folder)/calls'; exit 1\n".utf8),
            attributes: [.posixPermissions: 0o755]
        )
    }

    private func opens(_ computer: AgentComputer) throws -> Bool {
        try? FileManager.default.removeItem(atPath: computer.folder + "/calls")
        let key = "$1$1795364878$DVMsE0uFtTjc6mSmgHW28V71P_ZpH7LaFaWAq8wePQY"
        let url = "glancepanorama://authenticate?partnerid=12345&partneruserid=sean.o'brien(1)!*&loginkey=\(key)"
        _ = try computer.run("/usr/bin/xdg-open", [url])
        return (try? String(contentsOfFile: computer.folder + "/calls", encoding: .utf8)) == "client run\n"
    }

    /// Updates often replace a link `current`: the entry has to hold the link, not what it leads to.
    @Test func `registered through a link, it goes on when the version behind it is replaced`() throws {
        // xdg-open looks for handlers only where there is a display; nothing is shown on it.
        let computer = try AgentComputer(display: ":0")
        let (one, two, current) = ("\(computer.folder)/1.0", "\(computer.folder)/2.0", "\(computer.folder)/current")
        try installed(computer, in: one)
        try installed(computer, in: two)
        try FileManager.default.createSymbolicLink(atPath: current, withDestinationPath: one)
        let launcher = current + "/latchkey-launcher"
        #expect(try computer.run(launcher, ["register"]).status == 0)
        #expect(try opens(computer))
        try FileManager.default.removeItem(atPath: current)
        try FileManager.default.createSymbolicLink(atPath: current, withDestinationPath: two)
        try FileManager.default.removeItem(atPath: one)
        #expect(try opens(computer))
        #expect(try computer.run(launcher, ["status"]).status == 0)
        #expect(try computer.run(two + "/latchkey-launcher", ["status"]).status == 0)
        // What the entry starts is gone: it says so, and what to do.
        try FileManager.default.removeItem(atPath: current)
        let status = try computer.run(two + "/latchkey-launcher", ["status"])
        #expect(status.status == 1 && status.text.contains("not there any more: register again"), "\(status)")
    }

    /// Blanks, `%`, quotes and the like mean something in a desktop entry.
    @Test(arguments: ["my programs", "50% off", "a \"b\" $HOME `id` \\ 'c'", "%u", "ü"])
    func `works from a folder with characters that mean something in a desktop entry`(_ name: String) throws {
        let computer = try AgentComputer(display: ":0")
        let folder = "\(computer.folder)/\(name)"
        try installed(computer, in: folder)
        let registered = try computer.run(folder + "/latchkey-launcher", ["register"])
        #expect(registered.status == 0, "\(registered)")
        #expect(try opens(computer))
        #expect(try computer.run(folder + "/latchkey-launcher", ["status"]).status == 0)
        #expect(try computer.run(folder + "/latchkey-launcher", ["unregister"]).status == 0)
        #expect(try computer.run(folder + "/latchkey-launcher", ["status"]).status == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: computer.folder + "/XDG_DATA_HOME/latchkey") == [])
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/dunst"), "dunst is not installed"))
    func `a desktop notification asks, its action answers, and an answer from elsewhere takes it back`() async throws {
        let server = try await ServerProcess(.demo)
        try await server.start()
        let display = try VirtualDisplay()
        let notifications = try NotificationServer(display: display)
        let computer = try AgentComputer(display: display.name, bus: notifications.bus)
        try computer.client("server", "add", server.url)
        func click() async throws {
            let key = try server.latchkey(["key", "make", "--group", "12345", "--user", ClientTests.toni])
                .trimmingCharacters(in: .newlines)
            let credentials = "partnerid=12345&partneruserid=\(ClientTests.toni)&loginkey=\(key)"
            #expect(try computer.launcher("glancepanorama://authenticate?\(credentials)").status == 0)
            try await computer.wait("asking") { $0.question != nil }
            try await wait { notifications.isShowing }
        }
        // An answer from elsewhere takes it back. Of a window that was closed nothing is left, not even a zombie.
        try await click()
        if FileManager.default.isExecutableFile(atPath: computer.programs + "/latchkey-window") {
            try await wait { computer.childProcess("latchkey-window") != nil }
            let window = try #require(computer.childProcess("latchkey-window"))
            kill(window, SIGTERM)
            try await wait { !FileManager.default.fileExists(atPath: "/proc/\(window)") }
        }
        try computer.client("decline")
        try await wait { !notifications.isShowing }

        // So does the end of the client, even one without a chance to tidy up.
        try await click()
        computer.kill()
        try await wait { !notifications.isShowing }

        try await click()
        try display.screenshot("notification")
        notifications.choose("Yes")
        try await computer.wait("signed in") { $0.account?.name == "Toni Marsh" }
        await computer.quit()
        notifications.stop()
        await display.stop()
        await server.stop()
    }
}

/// A session bus with a notification server, for one test.
private final class NotificationServer: Sendable {
    let bus: String
    private let processes: [ChildProcess]
    private let environment: [String: String]
    private let folder: TemporaryFolder

    init(display: VirtualDisplay) throws {
        folder = try TemporaryFolder()
        let output = try AnonymousPipe()
        let daemon = try ChildProcess(
            "/usr/bin/dbus-daemon",
            ["--session", "--nofork", "--nopidfile", "--print-address=1"],
            output: output.writeEnd
        )
        bus = output.line(within: .seconds(20))
        environment = [
            "DISPLAY": display.name, "DBUS_SESSION_BUS_ADDRESS": bus, "PATH": "/usr/bin:/bin", "HOME": folder.path,
        ]
        // dunst shows a notification's actions in a menu program; this one picks the line with what was chosen.
        let menu = folder.path + "/menu"
        _ = FileManager.default.createFile(
            atPath: menu,
            contents: Data("#!/bin/sh\ngrep -F \"$(cat \(folder.path)/choice)\" | head -1\n".utf8),
            attributes: [.posixPermissions: 0o755]
        )
        try "[global]\ndmenu = \(menu)\n".write(toFile: folder.path + "/dunstrc", atomically: true, encoding: .utf8)
        let dunst = try ChildProcess("/usr/bin/dunst", ["-conf", folder.path + "/dunstrc"], environment: environment)
        processes = [dunst, daemon]
    }

    var isShowing: Bool {
        let count = try? Tool.run("/usr/bin/dunstctl", ["count", "displayed"], environment)
        return count?.trimmingCharacters(in: .whitespacesAndNewlines) == "1"
    }

    func choose(_ action: String) {
        try? action.write(toFile: folder.path + "/choice", atomically: true, encoding: .utf8)
        _ = try? Tool.run("/usr/bin/dunstctl", ["context"], environment)
    }

    func stop() {
        for process in processes {
            process.send(SIGKILL)
            process.wait()
        }
    }
}
