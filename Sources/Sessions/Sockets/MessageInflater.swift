internal import CZlib
internal import NIOCore
internal import NIOPosix

/// Decompresses single messages (RFC 7692 section 7.2.2).
///
/// A thread has one, as it takes 40 KiB.
// Sendable, as each is used by the thread that has it and by no other; safe, as the stream is its own from `init` to `deinit`.
@safe final class MessageInflater: @unchecked Sendable {
    /// Why a message cannot be read.
    enum Failure: Error {
        /// It was not compressed this way.
        case malformed
        /// It has more bytes than it may.
        case tooLong
    }

    private static let ofThreads = ThreadSpecificVariable<MessageInflater>()
    /// What ends each message and is not sent.
    private static let tail: [UInt8] = [0x00, 0x00, 0xFF, 0xFF]
    /// Deflate without a header, from a window of any size.
    private static let windowBits: Int32 = -15
    /// How zlib says that it is between two blocks and at a whole byte.
    private static let atBlock: Int32 = 128

    // zlib's state points back to it: it must not move.
    private let stream: UnsafeMutablePointer<z_stream>

    /// Gives a message as it was before its sender compressed it.
    ///
    /// - Parameters:
    ///   - message: What came in the frames of the message.
    ///   - limit: The most bytes that it may have had.
    /// - Returns: The message.
    /// - Throws: What is wrong with it.
    static func inflate(_ message: ByteBuffer, limit: Int) throws(Failure) -> ByteBuffer {
        if let inflater = ofThreads.currentValue { return try inflater.inflate(message, limit: limit) }
        guard let inflater = MessageInflater() else { throw .malformed }
        ofThreads.currentValue = inflater
        return try inflater.inflate(message, limit: limit)
    }

    private init?() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let size = Int32(unsafe MemoryLayout<z_stream>.size)
        guard unsafe inflateInit2_(stream, Self.windowBits, zlibVersion(), size) == Z_OK else { return nil }
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    private func inflate(_ message: ByteBuffer, limit: Int) throws(Failure) -> ByteBuffer {
        guard unsafe inflateReset(stream) == Z_OK else { throw .malformed }
        var output = ByteBuffer()
        output.reserveCapacity(min(limit, max(256, 4 * message.readableBytes)))
        let isTaken = take(message, &output, limit) && take(ByteBuffer(bytes: Self.tail), &output, limit)
        guard output.readableBytes <= limit else { throw .tooLong }
        guard isTaken, unsafe stream.pointee.data_type == Self.atBlock else { throw .malformed }
        return output
    }

    /// Takes all of some input.
    private func take(_ input: ByteBuffer, _ output: inout ByteBuffer, _ limit: Int) -> Bool {
        // zlib reads the input only, and has no pointer into it any more that it follows when the closure is left.
        unsafe input.withUnsafeReadableBytes { bytes in
            let start = unsafe bytes.bindMemory(to: UInt8.self).baseAddress
            unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: start)
            unsafe stream.pointee.avail_in = UInt32(bytes.count)
            while unsafe stream.pointee.avail_in > 0 {
                guard step(&output, limit) else { return false }
            }
            return true
        }
    }

    /// Writes what fits, one byte beyond the limit at most; whether it may go on.
    private func step(_ output: inout ByteBuffer, _ limit: Int) -> Bool {
        var status = Z_OK
        let most = limit + 1 - output.readableBytes
        // zlib writes `avail_out` bytes at most, which are in the buffer's space.
        unsafe output.writeWithUnsafeMutableBytes(minimumWritableBytes: min(4096, most)) { space in
            let room = min(space.count, most)
            unsafe stream.pointee.next_out = space.bindMemory(to: UInt8.self).baseAddress
            unsafe stream.pointee.avail_out = UInt32(room)
            status = unsafe zlibInflate(stream)
            return room - Int(unsafe stream.pointee.avail_out)
        }
        // A last block ends a stream, not the message (section 7.2.3.5): another stream may follow.
        if status == Z_STREAM_END { status = unsafe inflateReset(stream) }
        return status == Z_OK && output.readableBytes <= limit
    }
}

/// zlib's function has the name of the methods here.
private func zlibInflate(_ stream: UnsafeMutablePointer<z_stream>) -> Int32 {
    unsafe inflate(stream, Z_SYNC_FLUSH)
}
