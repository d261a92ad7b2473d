internal import Accounts
internal import LoginKey
internal import Testing

extension AccountStoreCheck {
    static let launches = [
        Self("keeps a launch and what has happened to it, together with the audit event") { store in
            try await Sample.makeGroup(store)
            let launch = try await Sample.launch(store)
            #expect(try await store.launch(launch.id, of: Sample.partnerID()) == launch)
            #expect(try await store.launch(launch.id, of: Sample.partnerID("1234")) == nil)
            await #expect(throws: AccountsError(code: .alreadyExists, message: "")) {
                try await store.createLaunch(launch, recording: Sample.event("twice"))
            }
            let key = try #require(ClientKey(String(repeating: "A", count: 43)))
            let changes: [LaunchChange] = [
                .pickedUp(version: "0.1.0"), .declined(reason: "userDeclined"), .refused, .notEnrolled(key), .enrolled,
                .signedIn, .connected,
            ]
            var expected = launch
            for change in changes {
                let update = LaunchUpdate(change, of: .launch(launch.id), in: try Sample.partnerID())
                try await store.updateLaunches(update, recording: Sample.event("\(change)"))
                expected.apply(change, at: Sample.now)
                #expect(try await store.launch(launch.id, of: Sample.partnerID()) == expected)
            }
            let details = try await store.auditEvents(AuditFilter(limit: 100)).map(\.detail)
            #expect(details.suffix(changes.count) == changes.map { "\($0)" }[...])
            #expect(!details.contains("twice"))
        },
        Self("changes the launches of a click and its user, and no others") { store in
            try await Sample.makeGroup(store)
            let launch = try await Sample.launch(store)
            let (group, other) = (try Sample.partnerID(), try Sample.partnerID("1234"))
            let stranger = User.ID(launch.userID.number + 1)
            for update in [
                LaunchUpdate(.connected, of: .click(launch.correlationID, stranger), in: group),
                LaunchUpdate(.connected, of: .click(launch.correlationID, launch.userID), in: other),
                LaunchUpdate(.connected, of: .click(launch.id, launch.userID), in: group),
                LaunchUpdate(.connected, of: .launch(.none), in: group),
            ] {
                try await store.updateLaunches(update, recording: Sample.event())
                #expect(try await store.launch(launch.id, of: group)?.state == .offered)
            }
            let update = LaunchUpdate(.connected, of: .click(launch.correlationID, launch.userID), in: group)
            try await store.updateLaunches(update, recording: Sample.event())
            #expect(try await store.launch(launch.id, of: group)?.state == .connected)
        },
        Self("connects a client and notes it at its launch at one moment") { store in
            try await Sample.makeGroup(store)
            let launch = try await Sample.launch(store)
            let key = try #require(ClientKey(String(repeating: "A", count: 43)))
            try await store.enrollClient(
                EnrolledClient(key: key, enrolledAt: Sample.now),
                for: launch.userID,
                of: launch.partnerID,
                launch: launch.id,
                recording: Sample.event()
            )
            #expect(try await store.launch(launch.id, of: launch.partnerID)?.state == .pickedUp)
        },
        Self("notes at a launch what was decided, unless the credential was used up before") { store in
            try await Sample.makeGroup(store)
            let launch = try await Sample.launch(store)
            let spent = SpentCredential(identity: Array(repeating: 1, count: 16), window: 0, forgetAt: Sample.now + 60)
            for (change, state) in [(LaunchChange.signedIn, LaunchRecord.State.signedIn), (.refused, .signedIn)] {
                let update = LaunchUpdate(change, of: .launch(launch.id), in: launch.partnerID)
                let outcome = Evaluation<Void>.Outcome(value: (), event: try Sample.event())
                try await store.evaluate(on: .person(launch.partnerID, launch.userID), at: Sample.now) { _ in
                    Evaluation(outcome: outcome, spend: (spent, outcome), launch: update)
                }
                #expect(try await store.launch(launch.id, of: launch.partnerID)?.state == state)
            }
        },
        Self("lets a deleted user's names be taken again while a launch of theirs is remembered") { store in
            try await Sample.makeGroup(store)
            let launch = try await Sample.launch(store)
            let user = try #require(try await store.users([launch.userID], of: launch.partnerID).first)
            let gone = try await store.changeUsers([UserChange(.delete, user, recording: Sample.event())])
            #expect(try gone[0].get().state == .deleted)
            let successor = try await store.createUsers([Sample.user(user.username.text)], recording: Sample.event())
            #expect(successor.first.map(\.id) != user.id)
            #expect(try await store.launch(launch.id, of: launch.partnerID) == nil)
        },
        Self("forgets the launches of a group that is deleted") { store in
            try await Sample.makeGroup(store)
            let launch = try await Sample.launch(store)
            try await store.deleteGroup(launch.partnerID, recording: Sample.event())
            #expect(try await store.launch(launch.id, of: launch.partnerID) == nil)
        },
    ]
}

extension Sample {
    /// Adds a user and a launch of theirs.
    fileprivate static func launch(_ store: any AccountStore) async throws -> LaunchRecord {
        var generator = SystemRandomNumberGenerator()
        let launch = LaunchRecord(
            id: CorrelationID(using: &generator),
            partnerID: try partnerID(),
            userID: try await addUser("joe", to: store),
            correlationID: CorrelationID(using: &generator),
            sessionKey: try session().key,
            createdAt: now,
            forgetAt: now + 3600
        )
        try await store.createLaunch(launch, recording: event("offered"))
        return launch
    }
}
