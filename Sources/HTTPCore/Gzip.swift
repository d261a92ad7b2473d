internal import CZlib

/// What does not change is compressed once (RFC 1952).
package enum Gzip {
    private static let windowBits: Int32 = 15
    private static let gzipHeader: Int32 = 16
    private static let memoryLevel: Int32 = 9

    /// Compresses bytes as well as zlib can.
    ///
    /// - Parameter bytes: Fewer than 4 GiB.
    /// - Returns: A complete gzip file; `nil` if zlib refuses.
    package static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = unsafe z_stream()
        let version = unsafe zlibVersion()
        let size = Int32(unsafe MemoryLayout<z_stream>.size)
        let isReady = unsafe deflateInit2_(
            &stream,
            Z_BEST_COMPRESSION,
            Z_DEFLATED,
            windowBits + gzipHeader,
            memoryLevel,
            Z_DEFAULT_STRATEGY,
            version,
            size
        )
        guard isReady == Z_OK else { return nil }
        defer { unsafe deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: Int(unsafe deflateBound(&stream, UInt(bytes.count))))
        let status = unsafe input.withUnsafeMutableBufferPointer { input in
            unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe stream.next_in = input.baseAddress
                unsafe stream.avail_in = UInt32(input.count)
                unsafe stream.next_out = output.baseAddress
                unsafe stream.avail_out = UInt32(output.count)
                return unsafe deflate(&stream, Z_FINISH)
            }
        }
        guard status == Z_STREAM_END else { return nil }
        return Array(output.prefix(Int(unsafe stream.total_out)))
    }
}
