internal import WireCodec

/// An event of presence, as far as a program of ours reads it (`docs/protocol.md#presence`).
package struct PresenceNotice: Equatable, Sendable {
    /// What it says.
    package let kind: PresenceEventKind
    /// Of ``PresenceEventKind/moved``: the server to connect to, without a path; `nil` of all others.
    package let server: String?

    /// Reads a frame; `nil` if it is not an event, or one that is not known here.
    package init?(json: [UInt8]) {
        guard let event = (try? JSONReader.value(of: json))?.object,
            let kind = event[PresenceMember.type]?.text.flatMap(PresenceEventKind.init)
        else { return nil }
        self.kind = kind
        server = event[PresenceMember.data]?.object?[PresenceMember.server]?.text
    }
}
