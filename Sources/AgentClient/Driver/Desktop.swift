internal import Foundation
internal import Synchronization

/// What the client shows on a desktop, by programs of the desktop: notifications with actions, and our window.
///
/// Without a desktop nothing of this happens, and questions are answered by `latchkey-client confirm` and `decline`.
final class Desktop: Sendable {
    private let environment: [String: String]
    private let window: URL
    private let notifications = Mutex<[String: Process]>([:])
    private let windowProcess = Mutex<Process?>(nil)

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
            process = try? Self.start(window, [], environment)
        }
    }

    /// Shows a notification with the two answers; the answer may come from elsewhere too.
    func ask(_ question: Question, _ answer: @escaping @Sendable (Bool) -> Void) {
        let program = URL(filePath: "/usr/bin/notify-send")
        guard hasDisplay, environment["DBUS_SESSION_BUS_ADDRESS"]?.isEmpty == false,
            FileManager.default.isExecutableFile(atPath: program.path)
        else { return }
        let output = Pipe()
        let arguments = [
            "--app-name=Latchkey", "--urgency=critical", "--wait", "--action=confirm=Yes", "--action=decline=No", "--",
            "Latchkey", Self.plain(question.text),
        ]
        guard let process = try? Self.start(program, arguments, environment, output) else { return }
        notifications.withLock { $0[question.id] = process }
        Thread.detachNewThread {
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            switch text.trimmingCharacters(in: .whitespacesAndNewlines) {
            case "confirm": answer(true)
            case "decline": answer(false)
            default: break
            }
        }
    }

    /// Takes a notification back.
    func withdraw(_ question: Question) {
        notifications.withLock { $0.removeValue(forKey: question.id) }?.interrupt()
    }

    /// Takes everything back that is still shown.
    func close() {
        for process in notifications.withLock({ $0.values }) {
            process.interrupt()
        }
    }

    /// Notification servers read markup in bodies; names come from outside.
    private static func plain(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }

    private static func start(
        _ program: URL,
        _ arguments: [String],
        _ environment: [String: String],
        _ output: Pipe? = nil
    ) throws -> Process {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        if let output { process.standardOutput = output } else { process.standardOutput = FileHandle.nullDevice }
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }
}
