internal import Dispatch
internal import Foundation
internal import Synchronization
internal import SystemSupport

/// What the client shows on a desktop, by programs of the desktop: notifications with actions, and our window.
///
/// Without a desktop none of this happens, and questions are answered by `latchkey-client confirm` and `decline`.
final class Desktop: Sendable {
    private let environment: [String: String]
    private let window: URL
    private let notifications = Mutex<[String: Notification]>([:])
    private let windowProcess = Mutex<ChildProcess?>(nil)

    private enum Notification {
        case starting
        case shown(ChildProcess)
    }

    init(environment: [String: String], programFolder: URL) {
        self.environment = environment
        self.window = programFolder.appending(path: "latchkey-window")
    }

    private var hasDisplay: Bool {
        ["DISPLAY", "WAYLAND_DISPLAY"].contains { environment[$0]?.isEmpty == false }
    }

    /// Shows the window, unless it is already there; looks again in a second, as one that has just crashed still seems to be.
    func showWindow(unless isShown: @escaping @Sendable () -> Bool) {
        startWindow(unless: isShown())
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(1)) { [self] in startWindow(unless: isShown()) }
    }

    private func startWindow(unless isShown: Bool) {
        guard hasDisplay, !isShown, FileManager.default.isExecutableFile(atPath: window.path) else { return }
        windowProcess.withLock { process in
            guard process?.isRunning != true else { return }
            guard let window = try? ChildProcess(window.path, environment: environment) else { return }
            process = window
            // Waited for, so that nothing is left of it once it is closed.
            Thread.detachNewThread { window.wait() }
        }
    }

    /// Opens a page in the user's browser; `false` if there is no desktop, or nothing on it that opens pages.
    func openBrowser(_ url: String) -> Bool {
        guard hasDisplay, let opener = try? ChildProcess("/usr/bin/xdg-open", [url], environment: environment) else {
            return false
        }
        // It may be the browser itself, which stays; what cannot be opened is known at once.
        let deadline = ContinuousClock.now + .seconds(2)
        while opener.isRunning, ContinuousClock.now < deadline { Thread.sleep(forTimeInterval: 0.02) }
        guard opener.isRunning else { return opener.wait() == .exited(0) }
        Thread.detachNewThread { opener.wait() }
        return true
    }

    /// Shows a notification with the two answers; the answer may come from elsewhere too.
    func ask(_ question: Question, _ answer: @escaping @Sendable (Bool) -> Void) {
        let program = URL(filePath: "/usr/bin/notify-send")
        guard hasDisplay, environment["DBUS_SESSION_BUS_ADDRESS"]?.isEmpty == false,
            FileManager.default.isExecutableFile(atPath: program.path)
        else { return }
        notifications.withLock { $0[question.id] = .starting }
        // The thread that starts the program waits for it: when it is gone, so is the client.
        Thread.detachNewThread { [self] in
            guard let output = try? AnonymousPipe(), let process = try? notify(question, program, output.writeEnd)
            else { return }
            output.closeWriteEnd()
            guard note(process, of: question) else { return end(process) }
            switch output.line(within: .seconds(24 * 3600)) {
            case "confirm": answer(true)
            case "decline": answer(false)
            default: break
            }
            // It may wait until what it shows is closed; by now it has nothing more to say.
            end(process)
        }
    }

    /// Starts the program that shows a question; the kernel ends it with the calling thread, however that ends.
    private func notify(_ question: Question, _ program: URL, _ output: Int32) throws -> ChildProcess {
        try ChildProcess(
            "/usr/bin/setpriv",
            [
                "--pdeathsig", "INT", "--", program.path, "--app-name=Latchkey", "--urgency=critical", "--wait",
                "--action=confirm=Yes", "--action=decline=No", "--", "Latchkey", Self.plain(question.text),
            ],
            environment: environment,
            output: output
        )
    }

    /// Whether the question is still asked, now that something shows it.
    private func note(_ process: ChildProcess, of question: Question) -> Bool {
        notifications.withLock { notifications in
            guard notifications[question.id] != nil else { return false }
            notifications[question.id] = .shown(process)
            return true
        }
    }

    private func end(_ process: ChildProcess) {
        process.send(SIGINT)
        process.wait()
    }

    /// Removes a notification.
    func withdraw(_ question: Question) {
        guard case .shown(let process) = notifications.withLock({ $0.removeValue(forKey: question.id) }) else { return }
        process.send(SIGINT)
    }

    /// Removes everything that is still shown.
    func close() {
        for case .shown(let process) in notifications.withLock({ $0.values }) {
            process.send(SIGINT)
        }
    }

    /// Notification servers read markup in bodies; names come from outside.
    private static func plain(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
