/// Frames of HTTP/2 (RFC 9113 section 4), written byte by byte: those of good requests, and some that are not good.
enum FrameSamples {
    static let data: UInt8 = 0
    static let headers: UInt8 = 1
    static let reset: UInt8 = 3
    static let settings: UInt8 = 4

    /// END_STREAM and END_HEADERS.
    static let whole: UInt8 = 5
    /// END_HEADERS: a body follows.
    static let withBody: UInt8 = 4

    /// What a client begins with: the preface, its settings, and that it has read the server's, twice.
    static let start =
        Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(settings) + frame(settings, 1) + frame(settings, 1)

    /// `:method GET`, `:scheme https`, `:path /`, `:authority x`.
    static let get: [UInt8] = [0x82, 0x87, 0x84, 0x01, 0x01, UInt8(ascii: "x")]
    /// `:method POST`, `:scheme https`, `:path /`, `:authority x`.
    static let post: [UInt8] = [0x83, 0x87, 0x84, 0x01, 0x01, UInt8(ascii: "x")]

    /// What is sent on a stream.
    static func all(on stream: UInt32) -> [[UInt8]] {
        [
            frame(headers, whole, stream, get),
            frame(headers, withBody, stream, post) + frame(data, 1, stream, Array("a=b".utf8)),
            frame(headers, withBody, stream, post) + frame(data, 0, stream, Array("a=b".utf8)),
            // No host; then two.
            frame(headers, whole, stream, Array(get.prefix(3))),
            frame(headers, whole, stream, get + [0x00, 0x04] + Array("host".utf8) + [0x01, UInt8(ascii: "y")]),
            // A request in two pieces, in another order, with names that are not allowed, and with an extended CONNECT.
            frame(headers, 1, stream, Array(get.prefix(2))) + frame(9, 4, stream, Array(get.dropFirst(2))),
            frame(headers, whole, stream, Array(get.reversed())),
            frame(headers, whole, stream, get + [0x00, 0x01, UInt8(ascii: "X"), 0x01, UInt8(ascii: "y")]),
            frame(headers, 4, stream, [0x02, 0x07] + Array("CONNECT".utf8) + get.dropFirst()),
            // Trailers, padding, priority.
            frame(headers, withBody, stream, post) + frame(headers, whole, stream, [0x00, 0x01, 0x74, 0x01, 0x75]),
            frame(headers, whole | 8, stream, [2] + get + [0, 0]),
            frame(2, 0, stream, [0, 0, 0, 1, 16]),
            frame(reset, 0, stream, [0, 0, 0, 8]),
            frame(8, 0, stream, [0x7F, 0xFF, 0xFF, 0xFF]), frame(8, 0, stream, [0, 0, 0, 0]),
            frame(data, 1, stream, [1]),
            // The connection's.
            frame(settings, 0, 0, [0, 4, 0, 0, 0, 0]), frame(settings, 0, 0, [0, 1, 0xFF, 0xFF, 0xFF, 0xFF]),
            frame(6, 0, 0, Array("12345678".utf8)), frame(7, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]),
            frame(8, 0, 0, [0x7F, 0xFF, 0xFF, 0xFF]), frame(0x42, 0, stream, [1, 2, 3]),
        ]
    }

    static func frame(_ kind: UInt8, _ flags: UInt8 = 0, _ stream: UInt32 = 0, _ payload: [UInt8] = []) -> [UInt8] {
        let length = UInt32(payload.count)
        let head = [UInt8(truncatingIfNeeded: length >> 16), UInt8(truncatingIfNeeded: length >> 8)]
        let id = (0..<4).map { UInt8(truncatingIfNeeded: stream >> (24 - 8 * $0)) }
        return head + [UInt8(truncatingIfNeeded: length), kind, flags] + id + payload
    }
}
