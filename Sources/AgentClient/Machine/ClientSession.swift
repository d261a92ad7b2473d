/// The session that the client is in, or on its way into.
package struct ClientSession: Equatable, Sendable {
    /// How far the client is.
    package enum Phase: String, Equatable, Sendable {
        /// Asking the server for the way in; also while the session has not started.
        case requesting
        /// Connecting to the session server.
        case connecting
        /// Connected, waiting for the visitor.
        case waiting
        /// The visitor is being asked.
        case asking
        /// Both sides are there.
        case live
        /// The connection is lost; it is tried again.
        case reconnecting
        /// The viewer shows it in the client's window, and has the agent's place.
        case viewing
    }

    /// Something that was said.
    package struct Message: Equatable, Sendable {
        /// Who said it.
        package let name: String
        /// What was said.
        package let text: String
        /// Whether the agent said it.
        package let isOwn: Bool
    }

    /// The most messages that are remembered.
    static let maximumMessages = 50

    /// How far the client is.
    package internal(set) var phase = Phase.requesting
    /// The session's key, once it is known.
    package internal(set) var key: String?
    /// The visitor's name, once it is known.
    package internal(set) var other: String?
    /// What was said last, oldest first.
    package private(set) var messages: [Message] = []
    /// How to get in again.
    var target: SessionTarget
    /// Which try this is; answers to earlier ones are skipped.
    var attempt = 0
    /// How many tries in a row have failed.
    var failures = 0
    /// When the next try is due, in Unix milliseconds.
    var due: Int64?
    /// Whether the visitor has been there.
    var wasLive = false
    /// When tries end, in Unix milliseconds.
    let ends: Int64

    init(target: SessionTarget, ends: Int64) {
        self.target = target
        self.ends = ends
        switch target {
        case .join(let key): self.key = key
        case .start(let key): self.key = key
        }
    }

    /// Whether both sides have been there and the session is not over.
    package var isLive: Bool { wasLive }

    func matches(_ target: SessionTarget) -> Bool {
        switch target {
        case .join(let key): key == self.key
        case .start(let key): key != nil && key == self.key
        }
    }

    mutating func remember(name: String, _ text: String, isOwn: Bool) {
        messages.append(Message(name: name, text: text, isOwn: isOwn))
        if messages.count > Self.maximumMessages { messages.removeFirst() }
    }
}
