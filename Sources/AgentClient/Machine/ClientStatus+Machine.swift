internal import LocalIPC
internal import WireProtocol

extension ClientStatus {
    /// Reads how things are from the machine.
    init(_ machine: ClientStateMachine, version: String, clientKey: String, processID: Int32) {
        let account = machine.signIn.map { signIn in
            Account(
                name: signIn.identity.name,
                groupID: signIn.identity.groupID,
                groupName: signIn.identity.groupName,
                server: signIn.identity.server.text
            )
        }
        let session = machine.session.map { session in
            Session(
                phase: session.phase.rawValue,
                key: session.key,
                other: session.other,
                messages: session.messages.map { Message(name: $0.name, text: $0.text, isOwn: $0.isOwn) }
            )
        }
        self.init(
            version: version,
            code: ClientCode.text(of: clientKey),
            processID: processID,
            state: State(machine),
            account: account,
            session: session,
            question: machine.question.map { Question(id: $0.id, kind: $0.kind.rawValue, text: $0.text) },
            problem: machine.problem
        )
    }
}

extension ClientStatus.State {
    init(_ machine: ClientStateMachine) {
        self =
            machine.session?.phase == .live || machine.session?.phase == .viewing
            ? .inSession : machine.launch != nil ? .signingIn : machine.signIn != nil ? .signedIn : .signedOut
    }
}
