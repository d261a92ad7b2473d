internal import Foundation
internal import LocalIPC
internal import SystemSupport

// Widgets are touched on GTK's thread alone: by its signals, and by `MainLoop.perform`.
/// The client's window: what its status says, and the few things that an agent can tell it.
///
/// It is a process of its own, told everything by the client over the local socket; it ends with the client, and the
/// client goes on when it is closed. A session whose page it shows is let go of with it.
package final class AgentWindow: @unchecked Sendable {
    private let connection: IPCConnection
    private let window: Widget
    private let name = Widget.label("title-2")
    private let place = Widget.label("dim-label")
    private let question = Widget.label("heading")
    private let state = Widget.label("title-4")
    private let messages = Widget.label()
    private let problem = Widget.label("dim-label")
    private let computer = Widget.label("dim-label", "caption")
    private var entry: Widget?
    private var parts: [Part: Widget] = [:]
    private var questionID = ""
    private var wasAsked = false
    private var view: SessionView?
    /// The session as the client has told it last.
    private var current: ClientStatus.Session?
    /// The client is being asked for an address.
    private var isAsking = false
    /// The key of the session that could not be shown here.
    private var failedKey: String?

    private enum Part: Hashable {
        case question
        case session
        case conversation
        case signOut
        case page
        case details
        case showPage
    }

    private static let width: Int32 = 380
    private static let height: Int32 = 460

    /// Shows the window and exits when it is closed, or the client ends.
    package static func main() -> Never {
        if CommandLine.arguments.dropFirst().first == "--version" {
            print(ProductVersion.text)
            exit(0)
        }
        do {
            let folder = try IPCFolder(runtimeFolder: ProcessInfo.processInfo.environment["XDG_RUNTIME_DIR"])
            let connection = try IPCConnection(to: folder)
            let loop = MainLoop(identifier: "org.latchkey.Client")
            loop.run { AgentWindow(connection, loop).watch() }
            exit(0)
        } catch {
            FileHandle.standardError.write(Data("latchkey-window: \(error)\n".utf8))
            exit(69)
        }
    }

    private init(_ connection: IPCConnection, _ loop: MainLoop) {
        self.connection = connection
        window = Widget.window(in: loop, title: "Latchkey", width: Self.width, height: Self.height)
        window.setChild(content())
        window.present()
    }

    // MARK: What the client says

    private func watch() {
        Thread.detachNewThread { [self] in
            do {
                connection.waitForever()
                try connection.send(.watch)
                while true {
                    guard case .status(let text) = try connection.receive(),
                        let status = try? JSONDecoder().decode(ClientStatus.self, from: Data(text.utf8))
                    else { continue }
                    MainLoop.perform { [self] in show(status) }
                }
            } catch {
                exit(0)
            }
        }
    }

    private func show(_ status: ClientStatus) {
        name.setText(status.account?.name ?? (status.state == .signingIn ? "Signing in …" : "Signed out"))
        place.setText(
            status.account.map { "\($0.groupName) (\($0.groupID)) on \($0.server)" }
                ?? "Click a button in your CRM to sign in."
        )
        computer.setText("This computer: \(status.code) · version \(status.version)")
        parts[.signOut]?.setVisible(status.account != nil)
        window.setTitle(status.session.map(Self.title) ?? status.account?.name ?? "Latchkey")
        show(status.question)
        show(status.session)
        follow(status.session)
        problem.setText(status.problem ?? "")
        problem.setVisible(status.problem != nil)
    }

    private func show(_ question: ClientStatus.Question?) {
        self.question.setText(question?.text ?? "")
        parts[.question]?.setVisible(question != nil)
        questionID = question?.id ?? ""
    }

    private func show(_ session: ClientStatus.Session?) {
        parts[.session]?.setVisible(session != nil)
        guard let session else {
            wasAsked = false
            return
        }
        state.setText(Self.title(session))
        let isLive = session.phase == "live"
        parts[.conversation]?.setVisible(isLive || !session.messages.isEmpty)
        messages.setText(session.messages.map { "\($0.isOwn ? "You" : $0.name): \($0.text)" }.joined(separator: "\n"))
        if isLive, !wasAsked { entry?.focus() }
        wasAsked = isLive
    }

    // MARK: The session's page

    /// Shows the session's page where WebKitGTK 6 is installed, as soon as there is a way into the session.
    private func follow(_ session: ClientStatus.Session?) {
        current = session
        if let view {
            let isShown = session?.phase == "viewing" && session?.key == view.key && !view.isOver
            // What the page says at its end stays until the agent has read it, or goes on.
            if !isShown, session != nil || !view.isOver { closePage() }
        }
        guard let session, let key = session.key, session.phase != "requesting" else {
            if session == nil { failedKey = nil }
            return
        }
        let maySee = WebView.isAvailable && key != failedKey
        parts[.showPage]?.setVisible(!maySee && session.phase == "live")
        guard maySee, view == nil, !isAsking else { return }
        isAsking = true
        Thread.detachNewThread { [self] in
            let connection = Self.connection()
            let address = connection.flatMap(Self.address)
            MainLoop.perform { [self] in openPage(of: key, address, connection) }
        }
    }

    private func openPage(of key: String, _ address: String?, _ connection: IPCConnection?) {
        isAsking = false
        guard let connection, let address, current?.key == key else {
            // The session goes on as text, with a button for the browser.
            failedKey = key
            connection?.close()
            return follow(current)
        }
        let page = WebView(receive: { [self] in hear($0) }, fail: { [self] in fail(key) })
        guard let page else { return connection.close() }
        view = SessionView(page: page, key: key, connection: connection)
        parts[.page]?.append(page.widget)
        arrange(isViewing: true)
        page.load(address)
    }

    /// The page could not be loaded, or its process has ended: the session goes on as text.
    private func fail(_ key: String) {
        guard let view, view.key == key, !view.isOver else { return }
        failedKey = key
        let connection = view.connection
        Thread.detachNewThread { _ = try? connection.request(.viewFailed) }
    }

    /// The page says what an embedding page would hear too.
    private func hear(_ event: String) {
        guard event == "sessionEnded", let view, !view.isOver else { return }
        view.isOver = true
        view.connection.close()
    }

    private func closePage() {
        guard let view else { return }
        // Not the window's view any more before it goes: what was still loading says that it has failed.
        self.view = nil
        view.connection.close()
        parts[.page]?.remove(view.page.widget)
        arrange(isViewing: false)
    }

    private func arrange(isViewing: Bool) {
        parts[.page]?.setVisible(isViewing)
        parts[.details]?.setVisible(!isViewing)
        window.resize(width: isViewing ? 1180 : Self.width, height: isViewing ? 800 : Self.height)
    }

    private static func address(_ connection: IPCConnection) -> String? {
        connection.waitForever()
        guard case .address(let address) = try? connection.request(.viewInWindow) else {
            connection.close()
            return nil
        }
        return address
    }

    private static func title(_ session: ClientStatus.Session) -> String {
        let other = session.other ?? "the visitor"
        return switch session.phase {
        case "live": "In session with \(other)"
        case "asking": "Asking \(other)"
        case "waiting":
            session.other == nil ? "Waiting for the visitor (key \(session.key ?? ""))" : "Waiting for \(other)"
        case "viewing": "In session with \(other)"
        case "reconnecting": "Reconnecting"
        case "connecting": "Connecting"
        default: "Waiting for the session to start"
        }
    }

    // MARK: What the agent does

    private func content() -> Widget {
        let answers = Widget.row([
            .button("_Yes", "suggested-action") { [self] in send(.confirm(questionID)) },
            .button("_No") { [self] in send(.decline(questionID)) },
        ])
        let asked = Widget.column([question, answers])
        let entry = Widget.entry("Write to the visitor") { [self] in say() }
        self.entry = entry
        let conversation = Widget.column([
            .scrolling(messages), .row([entry, .button("S_end") { [self] in say() }]),
        ])
        let showPage = Widget.button("Show the _page in the browser") { [self] in send(.viewInBrowser) }
        showPage.setVisible(false)
        let session = Widget.column([
            state, conversation, showPage,
            .button("_Leave the session", "destructive-action") { [self] in send(.leave) },
        ])
        let signOut = Widget.button("Sign _out") { [self] in send(.signOut) }
        let details = Widget.column([name, place, session, problem, signOut, computer], spacing: 12, margin: 18)
        let page = Widget.column([.row([.button("_Close the page") { [self] in closePage() }], margin: 6)], spacing: 0)
        page.setVisible(false)
        parts = [
            .question: asked, .session: session, .conversation: conversation, .signOut: signOut, .page: page,
            .details: details, .showPage: showPage,
        ]
        return .column([asked, page, details])
    }

    private func say() {
        guard let text = entry?.takeText(), !text.isEmpty else { return }
        send(.say(text))
    }

    /// On a connection of its own: this one waits for news.
    private func send(_ message: IPCMessage) {
        Thread.detachNewThread {
            guard let connection = Self.connection() else { return }
            // The server may have to be asked.
            connection.waitForever()
            _ = try? connection.request(message)
        }
    }

    private static func connection() -> IPCConnection? {
        let environment = ProcessInfo.processInfo.environment
        guard let folder = try? IPCFolder(runtimeFolder: environment["XDG_RUNTIME_DIR"]) else { return nil }
        return try? IPCConnection(to: folder)
    }
}
