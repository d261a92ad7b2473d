internal import Dispatch
internal import Foundation
internal import LocalIPC
internal import ProtocolURL
internal import Synchronization

// The local socket: launcher, window and commands.

extension AgentClient {
    /// Serves the launcher, the window and the commands; returns when the listener is stopped.
    func serve(_ listener: IPCListener) {
        do {
            while let connection = try listener.accept() {
                Thread.detachNewThread { [self] in converse(connection) }
            }
        } catch {
            log.write("the local socket failed: \(error)")
            change { machine, _ in machine.quit() }
        }
    }

    private func converse(_ connection: IPCConnection) {
        // What this connection's end shows, if it is the window.
        var view: Int?
        do {
            while true {
                let message = try connection.receive()
                if message == .watch {
                    connection.waitForever()
                    watchers.add(connection) { self.statusJSON }
                } else if message == .quit {
                    // Answered first: the process may be gone before it could be answered afterwards.
                    try connection.send(.accepted)
                    quit()
                } else if message == .viewInWindow {
                    connection.waitForever()
                    let (answer, shown) = show(in: .window)
                    view = shown ?? view
                    try connection.send(answer)
                } else if message == .viewFailed, let failed = view {
                    change { $0.viewFailed(failed, at: $1) }
                    try connection.send(.accepted)
                } else {
                    try connection.send(answer(message))
                }
            }
        } catch {
            watchers.remove(connection)
            if let view { change { machine, _ in machine.viewEnded(view) } }
            if error == .malformedFrame || error == .unsupportedVersion { log.write("the local socket: \(error)") }
        }
    }

    private func answer(_ message: IPCMessage) -> IPCMessage {
        switch message {
        case .open(let text): return open(text)
        case .askStatus: return .status(statusJSON)
        case .confirm(let id): return answer(id, isConfirmed: true)
        case .decline(let id): return answer(id, isConfirmed: false)
        case .say(let text):
            let isSaid = consult { machine, _ in
                let actions = machine.say(text)
                return (actions != nil, actions ?? [])
            }
            return isSaid ? .accepted : .refused("there is no live session, or the text is longer than 4,096 bytes")
        case .leave:
            change { machine, _ in machine.leave() }
            return .accepted
        case .signOut:
            change { machine, _ in machine.signOut() }
            return .accepted
        case .viewInBrowser: return show(in: .browser).answer
        case .watch, .quit, .viewInWindow, .viewFailed, .accepted, .refused, .status, .address:
            return .refused("that is no request")
        }
    }

    /// Makes the viewer show the session; waits for the server, so it runs on a connection's own thread.
    private func show(in place: SessionViewPlace) -> (answer: IPCMessage, view: Int?) {
        let asked = consult { machine, _ in (machine.viewable(), []) }
        guard let asked else { return (.refused("there is no session to show"), nil) }
        guard let url = viewerLink(asked.key, asked.signIn) else {
            return (.refused("the server gave no address for the session"), nil)
        }
        let view = consult { machine, _ in
            let shown = machine.show(asked.key, in: place)
            return (shown?.view, shown?.actions ?? [])
        }
        guard let view else { return (.refused("the session is over"), nil) }
        switch place {
        case .window: return (.address(url), view)
        case .browser:
            guard !desktop.openBrowser(url) else { return (.accepted, nil) }
            change { $0.showingFailed(asked.key, asked.signIn, at: $1) }
            return (.refused("no browser could be started"), nil)
        }
    }

    private func viewerLink(_ key: String, _ signIn: SignIn) -> String? {
        let link = Mutex<String?>(nil)
        let isDone = DispatchSemaphore(value: 0)
        Task { [service, log] in
            do {
                let url = try await service.viewerLink(key, signIn)
                link.withLock { $0 = url }
            } catch {
                log.write("the session cannot be shown: \(error)")
            }
            isDone.signal()
        }
        isDone.wait()
        return link.withLock { $0 }
    }

    @discardableResult
    func answer(_ id: String, isConfirmed: Bool) -> IPCMessage {
        let isKnown = consult { machine, _ in
            let actions = isConfirmed ? machine.confirm(id) : machine.decline(id)
            return (actions != nil, actions ?? [])
        }
        return isKnown ? .accepted : .refused("there is no such question")
    }

    private func open(_ text: String) -> IPCMessage {
        let url: ProtocolURL
        let configuration: ClientStateMachine.Configuration
        do {
            url = try ProtocolURL(parsing: text)
        } catch {
            log.write("refused something that is not a URL: \(error)")
            return .refused("this is not a URL for Latchkey (\(error))")
        }
        do {
            configuration = try machineConfiguration()
        } catch {
            return .refused("\(error)")
        }
        let correlationID = UUID().uuidString.replacing("-", with: "").lowercased()
        let refusal = consult { machine, now -> (ClientStateMachine.OpenRefusal?, [ClientAction]) in
            switch machine.open(url, configuration, correlationID: correlationID, at: now) {
            case .success(let actions): (nil, actions)
            case .failure(let refusal): (refusal, [.note("refused \(url): \(refusal.rawValue)")])
            }
        }
        switch refusal {
        case .noServer:
            return .refused("no server is configured; run: latchkey-client server add https://your.server")
        case .unlistedServer: return .refused("the link is for a server that this client is not configured for")
        case nil:
            if (try? ClientConfiguration(files))?.window != false {
                desktop.showWindow { [watchers] in !watchers.isEmpty }
            }
            return .accepted
        }
    }
}
