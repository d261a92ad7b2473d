internal import NIOCore

/// A message of the data plane: its bytes, and what its sender has made of them where it was compressed.
struct DataMessage: Sendable {
    /// How many bytes it has, uncompressed.
    let count: Int
    private let deflated: ByteBuffer?
    private let known: ByteBuffer?

    /// A message as it stands.
    init(_ bytes: ByteBuffer) {
        (count, known, deflated) = (bytes.readableBytes, bytes, nil)
    }

    /// A compressed message (``MessageDeflate``); `nil` if it is none, or has more bytes than it may.
    ///
    /// - Parameters:
    ///   - deflated: As it came.
    ///   - limit: The most bytes it may have, uncompressed.
    init?(deflated: ByteBuffer, limit: Int) {
        guard let bytes = MessageInflater.inflate(deflated, limit: limit) else { return nil }
        (count, known) = (bytes.readableBytes, bytes)
        self.deflated = deflated.readableBytes < count ? deflated : nil
    }

    private init(packed deflated: ByteBuffer, count: Int) {
        (self.count, known, self.deflated) = (count, nil, deflated)
    }

    /// Its bytes, uncompressed.
    var bytes: ByteBuffer {
        known ?? deflated.flatMap { MessageInflater.inflate($0, limit: count) } ?? ByteBuffer()
    }

    /// The same message where it takes the least memory.
    var packed: Self { deflated.map { Self(packed: $0, count: count) } ?? self }

    /// The payload of its frame.
    ///
    /// - Parameter takesDeflated: Whether its reader takes compressed messages.
    /// - Returns: The bytes of the frame, and whether they are compressed.
    func payload(takesDeflated: Bool) -> (bytes: ByteBuffer, isDeflated: Bool) {
        if takesDeflated, let deflated { return (deflated, true) }
        return (bytes, false)
    }
}
