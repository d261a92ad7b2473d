import Foundation
import NIOHTTP1
import SystemSupport
import Testing

/// A real Chromium, driven through chromedriver's W3C WebDriver interface.
final class WebDriver: @unchecked Sendable {
    // Unchecked because of the session, which is only written on start.
    static let isInstalled = FileManager.default.isExecutableFile(atPath: "/usr/bin/chromedriver")

    private let process: ChildProcess
    private let base: String
    private var session = ""
    let profile: String

    private static let elementKey = "element-6066-11e4-a52e-4f735466cecf"

    /// Starts a browser with third-party cookies blocked.
    ///
    /// - Parameters:
    ///   - width: Of the window, in pixels.
    ///   - height: Of the window, in pixels.
    ///   - isDark: Whether the user prefers dark pages.
    ///   - environment: The desktop's; with a `DISPLAY` in it the browser has a window there.
    ///   - protocols: Schemes that the user has let pages of an origin open.
    /// - Throws: ``ServerFailure`` if it does not start.
    init(
        width: Int = 1200,
        height: Int = 800,
        isDark: Bool = false,
        environment: [String: String] = [:],
        allowing protocols: [String: [String]] = [:]
    ) async throws {
        let port = try await ServerProcess.freePort()
        base = "http://127.0.0.1:\(port)"
        profile = FileManager.default.temporaryDirectory.appending(path: "latchkey-profile-\(UUID().uuidString)").path
        process = try ChildProcess(
            "/usr/bin/chromedriver",
            ["--port=\(port)", "--log-level=OFF"],
            environment: ProcessInfo.processInfo.environment.merging(environment) { _, newer in newer }
        )
        var arguments = [
            "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--user-data-dir=\(profile)", "--window-size=\(width),\(height)", "--disable-background-networking",
        ]
        if environment["DISPLAY"] == nil { arguments.append("--headless=new") }
        if isDark { arguments.append("--force-dark-mode") }
        let options: [String: Any] = [
            "args": arguments,
            "prefs": [
                "profile.block_third_party_cookies": true, "profile.cookie_controls_mode": 1,
                "protocol_handler.allowed_origin_protocol_pairs": protocols.mapValues { schemes in
                    Dictionary(uniqueKeysWithValues: schemes.map { ($0, true) })
                },
            ],
        ]
        let body: [String: Any] = ["capabilities": ["alwaysMatch": ["goog:chromeOptions": options]]]
        for _ in 0..<100 {
            if let value = try? await call("POST", "/session", body) as? [String: Any],
                let id = value["sessionId"] as? String
            {
                session = id
                return
            }
            try await ContinuousClock().sleep(for: .milliseconds(100))
        }
        throw ServerFailure("Chromium did not start")
    }

    /// Ends the browser; its profile stays until ``removeProfile()``.
    func quit() async {
        _ = try? await call("DELETE", "/session/\(session)", nil)
        await process.end(within: .zero)
    }

    func removeProfile() {
        try? FileManager.default.removeItem(atPath: profile)
    }

    func open(_ url: String) async throws {
        _ = try await command("POST", "url", ["url": url])
    }

    func url() async throws -> String {
        try await command("GET", "url", nil) as? String ?? ""
    }

    /// Waits until an element is there and shown.
    func find(_ selector: String) async throws -> String {
        try await wait("no element \(selector)") {
            let found = try await self.command("POST", "element", ["using": "css selector", "value": selector])
            guard let id = (found as? [String: String])?[Self.elementKey],
                try await self.command("GET", "element/\(id)/displayed", nil) as? Bool == true
            else { return nil }
            return id
        }
    }

    func click(_ selector: String) async throws {
        _ = try await command("POST", "element/\(find(selector))/click", [:])
    }

    func type(_ text: String, into selector: String) async throws {
        _ = try await command("POST", "element/\(find(selector))/value", ["text": text])
    }

    /// Presses keys, one after the other, wherever the focus is.
    func press(_ keys: Key...) async throws {
        let actions = keys.flatMap { key in
            ["keyDown", "keyUp"].map { ["type": $0, "value": key.rawValue] }
        }
        let keyboard: [String: Any] = ["type": "key", "id": "keyboard", "actions": actions]
        _ = try await command("POST", "actions", ["actions": [keyboard]])
    }

    /// Types wherever the focus is.
    func typeAtFocus(_ text: String) async throws {
        let element = try await command("GET", "element/active", nil) as? [String: String]
        _ = try await command("POST", "element/\(element?[Self.elementKey] ?? "none")/value", ["text": text])
    }

    /// Keys as WebDriver spells them (W3C WebDriver section 17.4.2).
    enum Key: String {
        case tab = "\u{E004}"
        case enter = "\u{E007}"
    }

    /// Presses Tab until an element has the focus, as somebody without a mouse would.
    func tab(to selector: String) async throws {
        for _ in 0..<30 {
            if try await run("return document.activeElement.matches('\(selector)')") as? Bool == true { return }
            try await press(.tab)
        }
        throw ServerFailure("no way by keyboard to \(selector)")
    }

    /// What keeps people who cannot see or point from using the page; empty if nothing was found.
    func barriers() async throws -> String {
        try await run(
            """
            const found = [];
            const page = document.documentElement;
            if (!page.lang) found.push("no language");
            if (!document.title) found.push("no title");
            if (document.querySelectorAll("h1").length !== 1) found.push("not one h1");
            if (document.querySelectorAll("main").length !== 1) found.push("not one main");
            for (const part of document.querySelectorAll("button, a[href], input:not([type=hidden]), select")) {
              if (!part.offsetParent) continue;
              const label = part.labels && part.labels.length ? part.labels[0].textContent : "";
              const name = part.textContent.trim() || part.getAttribute("aria-label") || label.trim();
              if (!name) found.push("no name: " + part.outerHTML);
              if (part.tabIndex < 0) found.push("not reached by Tab: " + part.outerHTML);
            }
            for (const image of document.querySelectorAll("img:not([alt])")) found.push("no text for " + image.outerHTML);
            return found.join("; ");
            """
        ) as? String ?? "nothing was looked at"
    }

    func text(_ selector: String) async throws -> String {
        try await command("GET", "element/\(find(selector))/text", nil) as? String ?? ""
    }

    /// Waits until an element's text contains what is expected.
    func expect(_ text: String, in selector: String) async throws {
        var seen = ""
        do {
            _ = try await wait("") { () -> Bool? in
                seen = try await self.text(selector)
                return seen.contains(text) ? true : nil
            }
        } catch {
            throw ServerFailure("\(selector) is \"\(seen)\" instead of \"\(text)\" at \(try await url())")
        }
    }

    func run(_ script: String) async throws -> Any {
        try await command("POST", "execute/sync", ["script": script, "args": [Any]()])
    }

    func windows() async throws -> [String] {
        try await command("GET", "window/handles", nil) as? [String] ?? []
    }

    func window() async throws -> String {
        try await command("GET", "window", nil) as? String ?? ""
    }

    func newWindow() async throws -> String {
        let value = try await command("POST", "window/new", ["type": "tab"]) as? [String: Any]
        let handle = value?["handle"] as? String ?? ""
        try await switchTo(handle)
        return handle
    }

    func switchTo(_ window: String) async throws {
        _ = try await command("POST", "window", ["handle": window])
    }

    /// Waits for a window that was not there before, and goes to it.
    func switchToNewWindow(besides known: [String]) async throws -> String {
        let handle = try await wait("no new window") { try await self.windows().first { !known.contains($0) } }
        try await switchTo(handle)
        return handle
    }

    func enterFrame(_ selector: String) async throws {
        let element = try await find(selector)
        _ = try await command("POST", "frame", ["id": [Self.elementKey: element]])
    }

    func leaveFrames() async throws {
        _ = try await command("POST", "frame", ["id": NSNull()])
    }

    /// Saves a screenshot, where the environment names a folder for them.
    func screenshot(_ name: String) async throws {
        guard let folder = ProcessInfo.processInfo.environment["LATCHKEY_SCREENSHOTS"] else { return }
        let text = try await command("GET", "screenshot", nil) as? String ?? ""
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(base64Encoded: text)?.write(to: URL(filePath: "\(folder)/\(name).png"))
    }

    private func wait<Value>(_ failure: String, _ attempt: () async throws -> Value?) async throws -> Value {
        for _ in 0..<150 {
            if let value = try? await attempt() { return value }
            try await ContinuousClock().sleep(for: .milliseconds(100))
        }
        throw ServerFailure("\(failure) at \(try await url())")
    }

    private func command(_ method: String, _ path: String, _ body: [String: Any]?) async throws -> Any {
        try await call(method, "/session/\(session)/\(path)", body)
    }

    private func call(_ method: String, _ path: String, _ body: [String: Any]?) async throws -> Any {
        let data = try body.map { Array(try JSONSerialization.data(withJSONObject: $0)) }
        let answer = try await HTTP.send(
            .init(rawValue: method),
            base + path,
            headers: data == nil ? [:] : ["content-type": "application/json"],
            body: data
        )
        let object = try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any]
        guard answer.status == 200 else { throw ServerFailure(answer.body) }
        return object?["value"] ?? NSNull()
    }
}
