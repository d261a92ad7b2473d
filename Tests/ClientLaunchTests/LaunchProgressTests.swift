import Accounts
import Authentication
import ClientLaunch
import LoginKey
import Testing

@Suite struct LaunchProgressTests {
    private static let mark = Authenticator.launchMark("00000000000000000000000000000001")
    private static let key = String(repeating: "A", count: 43)

    private func event(
        _ action: AuditEvent.Action,
        _ detail: String = mark,
        by actor: String = "toni",
        refused reason: String? = nil
    ) -> AuditEvent {
        AuditEvent(
            time: 0,
            correlationID: .none,
            actor: actor,
            action: action,
            outcome: reason == nil ? .granted : .refused,
            reason: reason ?? "",
            detail: detail
        )
    }

    private func progress(_ events: [AuditEvent], _ status: SessionStatus? = nil) -> LaunchProgress {
        LaunchProgress(events, mark: Self.mark, user: "toni", session: status)
    }

    @Test func `goes from offered to in session and to its end`() {
        var events = [event(.launchOffered, "salesforce panel by canvas request")]
        #expect(progress(events).state == .offered)
        events.append(event(.launchPickedUp, "client 0.1.0 by \(Self.mark)"))
        #expect(progress(events).state == .pickedUp)
        #expect(progress(events).clientVersion == "0.1.0")
        events.append(event(.authenticate, "client by \(Self.mark)"))
        #expect(progress(events).state == .signedIn)
        events.append(event(.sessionConnected, "as agent"))
        #expect(progress(events, .waiting).state == .waiting)
        #expect(progress(events, .active).state == .inSession)
        // A token that is renewed meanwhile changes nothing.
        events.append(event(.authenticate, "client by gssnid"))
        #expect(progress(events, .active).state == .inSession)
        #expect(progress(events).state == .ended)
    }

    @Test func `the page's own sign-in is not the client's`() {
        let events = [event(.authenticate, "page by partner loginkey"), event(.authenticate, "page by ticket")]
        #expect(progress(events).state == .offered)
    }

    @Test func `what others do under the same correlation id does not count`() {
        let other = Authenticator.launchMark("00000000000000000000000000000002")
        let events = [
            event(.authenticate, "client by \(other): \(Self.key)", by: "eve", refused: "clientNotEnrolled"),
            event(.sessionConnected, "as agent", by: "eve"), event(.sessionRequested, "", by: "eve", refused: "x"),
            event(.authenticate, "client by partner loginkey", refused: "signatureMismatch"),
        ]
        #expect(progress(events, .active) == progress([], nil))
    }

    @Test func `shows the key of a client that is not connected, until it is`() {
        var events = [
            event(.authenticate, "client by \(Self.mark): \(Self.key)", refused: "clientNotEnrolled"),
            event(.authenticate, "client by \(Self.mark)", refused: "alreadyUsed"),
        ]
        #expect(progress(events).state == .notEnrolled)
        #expect(progress(events).clientKey?.text == Self.key)
        events.append(event(.clientEnrolled, "client key \(Self.key) by \(Self.mark)"))
        #expect(progress(events).clientKey == nil)
        #expect(progress(events).state == .pickedUp)
    }

    @Test func `says why a launch was declined`() {
        let declined = progress([event(.launchDeclined, "by \(Self.mark)", refused: "userDeclined")])
        #expect(declined.state == .declined)
        #expect(declined.reason == "userDeclined")
    }
}
