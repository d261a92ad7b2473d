/// What an agent may do: a set of the documented role settings (`docs/protocol.md#roles`), and one of ours.
package struct PrivilegeSet: OptionSet, Hashable, Sendable {
    /// One bit per privilege, in the order of ``names``.
    package let rawValue: UInt64

    /// Makes a set from its bits; bits without a privilege are dropped.
    package init(rawValue: UInt64) {
        self.rawValue = rawValue & ((1 << UInt64(Self.names.count)) - 1)
    }

    /// The privilege of that wire name; `nil` for an unknown name.
    package init?(name: String) {
        guard let bit = Self.names.firstIndex(of: name) else { return nil }
        self.init(rawValue: 1 << UInt64(bit))
    }

    /// The wire names of all privileges.
    ///
    /// The order is the order of the stored bits: append, never reorder.
    package static let names = [
        "joinCobrowseSessions", "startScreenShareSessions", "joinCustomerScreenShareSessions", "keylessSessions",
        "inviteGuest", "showScreen", "showEntireScreen", "showWindow", "shareSingleTab", "restrictScreenShare",
        "escalateToShow", "escalateToView", "viewAGuestsScreen", "guestShowScreen", "guestRemoteControl",
        "guestAnnotation", "agentRemoteControl", "agentAnnotation", "viewVideo", "oneWayAgentVideo",
        "multiParticipantVideo", "enableAgentVideoBackgroundEffects", "inviteGuestShareVideo", "remoteAssist",
        "remoteAssistSelectiveEditing", "navigationAssist", "visitorDocumentShare", "visitorDownloadDocumentShare",
        "agentDocumentShare", "agentDownloadDocumentShare", "editAddress", "reportProblem", "screenReaderGesturing",
        "agentAccessibilty", "dataCapture", "desktopClient",
    ]

    /// The documented privileges: what a new group has.
    package static let documented = all.subtracting(.desktopClient)
    /// Every privilege.
    package static let all = Self(rawValue: .max)
    /// May join a visitor's Cobrowse session.
    package static let joinCobrowseSessions = Self(rawValue: 1 << 0)
    /// May start a screen share session.
    package static let startScreenShareSessions = Self(rawValue: 1 << 1)
    /// May join a screen share session that a customer started.
    package static let joinCustomerScreenShareSessions = Self(rawValue: 1 << 2)
    /// May use sessions that are found by visitor id instead of a key.
    package static let keylessSessions = Self(rawValue: 1 << 3)
    /// May invite another agent of the group into a session.
    package static let inviteGuest = Self(rawValue: 1 << 4)
    /// May show their own screen.
    package static let showScreen = Self(rawValue: 1 << 5)
    /// May view a guest's screen.
    package static let viewAGuestsScreen = Self(rawValue: 1 << 12)
    /// May point, draw and highlight on the visitor's page.
    package static let agentAnnotation = Self(rawValue: 1 << 17)
    /// May click and type in the visitor's page, with consent.
    package static let remoteAssist = Self(rawValue: 1 << 23)
    /// May scroll the visitor's page and take it to another address.
    package static let navigationAssist = Self(rawValue: 1 << 25)
    /// May see and send video.
    package static let viewVideo = Self(rawValue: 1 << 18)

    /// Is shown the buttons of the desktop client, and may sign in with it; not a documented role setting but ours.
    package static let desktopClient = Self(rawValue: 1 << 35)

    /// The wire names of the privileges in the set, in stored order.
    package var names: [String] {
        Self.names.indices.filter { rawValue & (1 << UInt64($0)) != 0 }.map { Self.names[$0] }
    }
}
