internal import NIOCore

/// A message of the data plane: its bytes, or the compressed form that its sender made.
struct DataMessage: Sendable {
    /// How many times smaller a message may be and still be passed on compressed.
    private static let mostRatio = 64

    /// How many bytes it has, uncompressed.
    let count: Int
    private let deflated: ByteBuffer?
    private let known: ByteBuffer?

    /// An uncompressed message.
    init(_ bytes: ByteBuffer) {
        (count, known, deflated) = (bytes.readableBytes, bytes, nil)
    }

    /// A compressed message (``MessageDeflate``).
    ///
    /// - Parameters:
    ///   - deflated: As it came.
    ///   - limit: The most bytes it may have, uncompressed.
    /// - Throws: What is wrong with it.
    init(deflated: ByteBuffer, limit: Int) throws(MessageInflater.Failure) {
        let bytes = try MessageInflater.inflate(deflated, limit: limit)
        (count, known) = (bytes.readableBytes, bytes)
        // What compresses to next to nothing is passed on uncompressed, and counts as what its readers must process.
        let isWorthIt = deflated.readableBytes < count && deflated.readableBytes * Self.mostRatio >= count
        self.deflated = isWorthIt ? deflated : nil
    }

    private init(packed deflated: ByteBuffer, count: Int) {
        (self.count, known, self.deflated) = (count, nil, deflated)
    }

    /// Its bytes, uncompressed.
    var bytes: ByteBuffer {
        known ?? deflated.flatMap { try? MessageInflater.inflate($0, limit: count) } ?? ByteBuffer()
    }

    /// The same message in the form that takes the least memory.
    var packed: Self { deflated.map { Self(packed: $0, count: count) } ?? self }

    /// How many bytes the payload of its frame has.
    ///
    /// - Parameter takesDeflated: Whether its reader takes compressed messages.
    /// - Returns: The length of ``payload(takesDeflated:)``, without decompressing anything.
    func payloadCount(takesDeflated: Bool) -> Int {
        takesDeflated ? deflated?.readableBytes ?? count : count
    }

    /// The payload of its frame.
    ///
    /// - Parameter takesDeflated: Whether its reader takes compressed messages.
    /// - Returns: The bytes of the frame, and whether they are compressed.
    func payload(takesDeflated: Bool) -> (bytes: ByteBuffer, isDeflated: Bool) {
        if takesDeflated, let deflated { return (deflated, true) }
        return (bytes, false)
    }
}
