/// What was said in a session last, kept in memory for as long as it lives: for pages that could not keep it themselves.
struct SessionTalk: Sendable {
    /// Something that was said.
    struct Message: Sendable {
        let peer: SessionPeer
        let name: String
        let text: String
        /// When, in Unix seconds.
        let at: Int64
    }

    /// The most messages that are kept.
    static let maximum = 50

    private var messages: [Message] = []
    /// How many there were in all.
    private(set) var count = 0

    mutating func add(_ message: Message) {
        count += 1
        messages.append(message)
        if messages.count > Self.maximum { messages.removeFirst() }
    }

    /// The last messages, without the given number of first ones.
    func messages(after first: Int) -> ArraySlice<Message> {
        messages.suffix(min(max(count - first, 0), messages.count))
    }
}
