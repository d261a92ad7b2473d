internal import Foundation
internal import Synchronization
internal import SystemSupport

/// What the client shows on a desktop, by programs of the desktop: notifications with actions, and our window.
///
/// Without a desktop nothing of this happens, and questions are answered by `latchkey-client confirm` and `decline`.
final class Desktop: Sendable {
    private let environment: [String: String]
    private let window: URL
    private let notifications = Mutex<[String: ChildProcess]>([:])
    private let windowProcess = Mutex<ChildProcess?>(nil)

    init(environment: [String: String], programFolder: URL) {
        self.environment = environment
        self.window = programFolder.appending(path: "latchkey-window")
    }

    private var hasDisplay: Bool {
        ["DISPLAY", "WAYLAND_DISPLAY"].contains { environment[$0]?.isEmpty == false }
    }

    /// Shows the window, unless it is there.
    func showWindow(isShown: Bool) {
        guard hasDisplay, !isShown, FileManager.default.isExecutableFile(atPath: window.path) else { return }
        windowProcess.withLock { process in
            guard process?.isRunning != true else { return }
            process = try? ChildProcess(window.path, environment: environment)
        }
    }

    /// Shows a notification with the two answers; the answer may come from elsewhere too.
    func ask(_ question: Question, _ answer: @escaping @Sendable (Bool) -> Void) {
        let program = URL(filePath: "/usr/bin/notify-send")
        guard hasDisplay, environment["DBUS_SESSION_BUS_ADDRESS"]?.isEmpty == false,
            FileManager.default.isExecutableFile(atPath: program.path)
        else { return }
        guard let output = try? AnonymousPipe(),
            let process = try? ChildProcess(
                program.path,
                [
                    "--app-name=Latchkey", "--urgency=critical", "--wait", "--action=confirm=Yes",
                    "--action=decline=No",
                    "--", "Latchkey", Self.plain(question.text),
                ],
                environment: environment,
                output: output.writeEnd
            )
        else { return }
        output.closeWriteEnd()
        notifications.withLock { $0[question.id] = process }
        Thread.detachNewThread {
            switch output.line(within: .seconds(24 * 3600)) {
            case "confirm": answer(true)
            case "decline": answer(false)
            default: break
            }
            // It may wait until what it shows is closed; by now it has nothing more to say.
            process.send(SIGINT)
            process.wait()
        }
    }

    /// Takes a notification back.
    func withdraw(_ question: Question) {
        notifications.withLock { $0.removeValue(forKey: question.id) }?.send(SIGINT)
    }

    /// Takes everything back that is still shown.
    func close() {
        for process in notifications.withLock({ $0.values }) {
            process.send(SIGINT)
        }
    }

    /// Notification servers read markup in bodies; names come from outside.
    private static func plain(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
