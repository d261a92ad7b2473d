internal import Synchronization

// What the machine wants done.

extension AgentClient {
    func carryOut(_ action: ClientAction, inBackground: (@escaping @Sendable () async -> Void) -> Void) {
        switch action {
        case .note(let text): log.write(text)
        case .ask(let question): ask(question)
        case .withdraw(let question): desktop.withdraw(question)
        case .accept(let identity): remember(identity)
        case .send(let command): connection.withLock { $0?.send(command) }
        case .disconnect: replaceConnection(with: nil)
        case .connect(let admission, let attempt):
            let new = SessionConnection(admission)
            replaceConnection(with: new)
            inBackground { [self] in await converse(new, attempt) }
        case .pickUp, .decline, .signIn, .renew, .request:
            inBackground { [self] in await callService(action) }
        case .quit: break
        }
    }

    private func ask(_ question: Question) {
        desktop.ask(question) { [self] isConfirmed in
            answer(question.id, isConfirmed: isConfirmed)
        }
    }

    private func remember(_ identity: Identity) {
        do {
            try AcceptedGroups(file: files.groups).add(identity.acceptance)
        } catch {
            log.write("the accepted group could not be remembered: \(error)")
        }
    }

    private func replaceConnection(with new: SessionConnection?) {
        connection.withLock { connection in
            connection?.close()
            connection = new
        }
    }

    /// What the server is asked for; the answers are told to the machine.
    private func callService(_ action: ClientAction) async {
        switch action {
        case .pickUp(let launch): await pickUp(launch)
        case .decline(let launch, let reason): try? await service.decline(launch, reason)
        case .signIn(let launch): await signIn(launch)
        case .renew(let signIn): await renew(signIn)
        case .request(let target, let signIn, let attempt): await request(target, signIn, attempt)
        default: break
        }
    }

    private func pickUp(_ launch: Launch) async {
        do {
            let (launch, identity) = try await service.pickUp(launch)
            let configuration =
                (try? machineConfiguration())
                ?? ClientStateMachine.Configuration(
                    servers: [],
                    questions: .ask,
                    accepted: []
                )
            change { $0.pickedUp(launch, identity, configuration, at: $1) }
        } catch {
            let failure = error
            change { machine, _ in machine.pickUpFailed(launch, failure) }
        }
    }

    private func signIn(_ launch: Launch) async {
        do {
            let signIn = try await service.signIn(launch, at: Self.now)
            change { $0.signedIn(launch, signIn, at: $1) }
        } catch {
            let failure = error
            change { $0.signInFailed(launch, failure, at: $1) }
        }
    }

    private func renew(_ old: SignIn) async {
        do {
            let new = try await service.renew(old, at: Self.now)
            change { $0.renewed(old, new, at: $1) }
        } catch {
            let failure = error
            change { $0.renewalFailed(old, failure, at: $1) }
        }
    }

    private func request(_ target: SessionTarget, _ signIn: SignIn, _ attempt: Int) async {
        do {
            let admission = try await service.request(target, signIn)
            change { machine, _ in machine.admitted(admission, attempt: attempt) }
        } catch {
            let failure = error
            change { $0.admissionFailed(failure, attempt: attempt, at: $1) }
        }
    }

    private func converse(_ connection: SessionConnection, _ attempt: Int) async {
        do {
            try await connection.run(tls: tls) { [self] news in
                change { machine, _ in machine.received(news, attempt: attempt) }
            }
        } catch {
            log.write("the session server: \(type(of: error))")
        }
        change { $0.lost(attempt: attempt, at: $1) }
    }
}
