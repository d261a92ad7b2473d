import Accounts
import ClientLaunch
import LoginKey
import Testing
import WireProtocol

@Suite struct LaunchProgressTests {
    private static func launch() throws -> LaunchRecord {
        LaunchRecord(
            id: try #require(CorrelationID("00000000000000000000000000000001")),
            partnerID: try PartnerID(parsing: "12345"),
            userID: User.ID(1),
            correlationID: .none,
            sessionKey: try #require(SessionKey("4711")),
            createdAt: 0,
            forgetAt: 3600
        )
    }

    private func progress(_ changes: LaunchChange..., session status: SessionStatus? = nil) throws -> LaunchProgress {
        var launch = try Self.launch()
        for change in changes { launch.apply(change, at: 1) }
        return LaunchProgress(launch, session: status)
    }

    @Test func `goes from offered to in session and to its end`() throws {
        #expect(try progress().state == .offered)
        let pickedUp = try progress(.pickedUp(version: "0.1.0"))
        #expect(pickedUp.state == .pickedUp && pickedUp.clientVersion == "0.1.0")
        #expect(try progress(.pickedUp(version: "0.1.0"), .signedIn).state == .signedIn)
        #expect(try progress(.signedIn, .connected, session: .waiting).state == .waiting)
        #expect(try progress(.signedIn, .connected, session: .active).state == .inSession)
        #expect(try progress(.signedIn, .connected).state == .ended)
    }

    @Test func `shows the key of a client that is not connected, until it is`() throws {
        let key = try #require(ClientKey(String(repeating: "A", count: 43)))
        let stranger = try progress(.pickedUp(version: "0.1.0"), .notEnrolled(key))
        #expect(stranger.state == .notEnrolled && stranger.clientKey == key)
        let enrolled = try progress(.pickedUp(version: "0.1.0"), .notEnrolled(key), .enrolled)
        #expect(enrolled.state == .pickedUp && enrolled.clientKey == nil && enrolled.clientVersion == "0.1.0")
    }

    @Test func `what comes behind a connection changes nothing`() throws {
        let late: [LaunchChange] = [
            .pickedUp(version: "0.2.0"), .refused, .declined(reason: "userDeclined"), .signedIn,
        ]
        for change in late {
            let after = try progress(.pickedUp(version: "0.1.0"), .connected, change, session: .active)
            #expect(after.state == .inSession && after.clientVersion == "0.1.0" && after.reason == "", "\(change)")
        }
    }

    @Test func `says why a launch was declined`() throws {
        let declined = try progress(.declined(reason: "userDeclined"))
        #expect(declined.state == .declined && declined.reason == "userDeclined")
    }

    @Test func `an update concerns the launch of its user and group alone`() throws {
        let launch = try Self.launch()
        let (group, other) = (launch.partnerID, try PartnerID(parsing: "1234"))
        #expect(LaunchUpdate(.refused, of: .click(.none, User.ID(1)), in: group).concerns(launch))
        #expect(!LaunchUpdate(.refused, of: .click(.none, User.ID(2)), in: group).concerns(launch))
        #expect(!LaunchUpdate(.refused, of: .click(launch.id, User.ID(1)), in: group).concerns(launch))
        #expect(LaunchUpdate(.refused, of: .launch(launch.id), in: group).concerns(launch))
        #expect(!LaunchUpdate(.refused, of: .launch(launch.id), in: other).concerns(launch))
        #expect(!LaunchUpdate(.refused, of: .launch(.none), in: group).concerns(launch))
    }
}
