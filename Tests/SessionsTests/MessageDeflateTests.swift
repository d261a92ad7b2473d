import NIOCore
import TestSupport
import Testing

@testable import Sessions

/// `permessage-deflate` against the offers and examples of RFC 7692.
@Suite struct MessageDeflateTests {
    @Test(arguments: [
        // What Chromium, Firefox and Safari send.
        ["permessage-deflate; client_max_window_bits"], ["permessage-deflate"],
        ["x-webkit-deflate-frame, permessage-deflate"],
        ["permessage-deflate; client_max_window_bits=\"10\""], ["Permessage-Deflate ;server_no_context_takeover"],
        ["permessage-deflate; server_max_window_bits=10, permessage-deflate; client_no_context_takeover"],
        ["foo", "permessage-deflate;client_max_window_bits=15"],
    ])
    func `takes an offer that it can keep to`(_ fields: [String]) {
        #expect(MessageDeflate.isOffered(fields))
    }

    @Test(arguments: [
        [], [""], [","], ["deflate"], ["permessage-deflatex"], ["permessage-deflate; server_max_window_bits=10"],
        ["permessage-deflate; client_max_window_bits=16"], ["permessage-deflate; client_max_window_bits=08"],
        ["permessage-deflate; client_max_window_bits="], ["permessage-deflate; client_max_window_bits=\""],
        ["permessage-deflate; server_no_context_takeover=1"], ["permessage-deflate; unknown"], ["permessage-deflate;"],
        ["permessage-deflate; client_max_window_bits; client_max_window_bits=9"],
        ["foo; a=\"x, permessage-deflate, y\""], ["; permessage-deflate"],
    ])
    func `takes no other`(_ fields: [String]) {
        #expect(!MessageDeflate.isOffered(fields))
    }

    /// Section 7.2.3: one block, a window that is shared, a stored block, a last block, two blocks.
    @Test(arguments: [
        [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00], [0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00],
        [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00],
        [0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00],
    ])
    func `reads the examples`(_ bytes: [UInt8]) {
        let message = try? DataMessage(deflated: ByteBuffer(bytes: bytes), limit: 5)
        #expect(message.map { String(buffer: $0.bytes) } == "Hello")
        #expect(throws: MessageInflater.Failure.tooLong) {
            try DataMessage(deflated: ByteBuffer(bytes: bytes), limit: 4)
        }
    }

    @Test func `reads an empty message`() {
        #expect((try? DataMessage(deflated: ByteBuffer(bytes: [0x00]), limit: 0))?.count == 0)
    }

    @Test func `keeps to itself what refers to an earlier message, or breaks off`() {
        // The second of two messages with a window that is shared (section 7.2.3.2).
        #expect(throws: MessageInflater.Failure.malformed) {
            try DataMessage(deflated: ByteBuffer(bytes: [0xF2, 0x00, 0x11, 0x00, 0x00]), limit: 100)
        }
        let whole: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]
        for count in 0..<whole.count - 1 {
            #expect(throws: MessageInflater.Failure.malformed, "\(count)") {
                try DataMessage(deflated: ByteBuffer(bytes: whole.prefix(count)), limit: 100)
            }
        }
    }

    @Test func `stands bytes of any kind, and reads the next message after them`() {
        var generator = SeededGenerator(seed: 3)
        let hello: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]
        for _ in 0..<20_000 {
            var bytes = hello
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let at = Int.random(in: 0...bytes.count, using: &generator)
                bytes.insert(.random(in: 0...255, using: &generator), at: at)
            }
            let count = (try? DataMessage(deflated: ByteBuffer(bytes: bytes), limit: 64))?.count ?? 0
            #expect(count <= 64)
            #expect((try? DataMessage(deflated: ByteBuffer(bytes: hello), limit: 5))?.count == 5)
        }
    }

    /// A kilobyte that would be a megabyte.
    @Test func `ends at the limit`() {
        let megabyte = ByteBuffer(bytes: MessageDeflateTests.zeros)
        #expect(throws: MessageInflater.Failure.tooLong) { try DataMessage(deflated: megabyte, limit: 1_048_575) }
        #expect((try? DataMessage(deflated: megabyte, limit: 1_048_576))?.count == 1_048_576)
    }

    @Test func `gives each reader what it takes, and keeps the smaller`() throws {
        let wire = ByteBuffer(bytes: [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00])
        let short = try DataMessage(deflated: wire, limit: 5)
        #expect(short.payload(takesDeflated: true) == (ByteBuffer(string: "Hello"), false), "compressed it is longer")
        let zeros = try DataMessage(deflated: ByteBuffer(bytes: Self.zeros), limit: 1_048_576).packed
        #expect(!zeros.payload(takesDeflated: true).isDeflated)
        #expect(zeros.payloadCount(takesDeflated: true) == 1_048_576, "next to nothing counts in full")
        let text = ByteBuffer(string: String(repeating: "The page of the shop. ", count: 20))
        let packed = ByteBuffer(bytes: Self.page)
        let page = try DataMessage(deflated: packed, limit: 1000).packed
        #expect(page.payload(takesDeflated: true) == (packed, true))
        #expect(page.payload(takesDeflated: false) == (text, false))
        #expect(page.payloadCount(takesDeflated: true) == packed.readableBytes)
        #expect(page.payloadCount(takesDeflated: false) == text.readableBytes)
        let plain = DataMessage(ByteBuffer(string: "Hello"))
        #expect(plain.payload(takesDeflated: true) == (ByteBuffer(string: "Hello"), false))
    }

    /// "The page of the shop. " twenty times, compressed by zlib
    private static let page: [UInt8] = [
        0x0A, 0xC9, 0x48, 0x55, 0x28, 0x48, 0x4C, 0x4F, 0x55, 0xC8, 0x4F, 0x53, 0x28, 0x01, 0xB2, 0x8B, 0x33, 0xF2,
        0x0B, 0xF4, 0x14, 0x42, 0x46, 0x45, 0x07, 0xB9, 0x28, 0x00,
    ]

    /// 1,048,576 zeros, compressed by zlib: 1033 bytes, nearly all of them alike.
    private static let zeros: [UInt8] =
        [0xEC, 0xC1, 0x31, 0x01, 0x00, 0x00, 0x00, 0xC2, 0xA0, 0xF5, 0x4F, 0x6D, 0x08, 0x5F, 0xA0] as [UInt8]
        + [UInt8](repeating: 0x00, count: 1016) + [0x3E, 0x03] as [UInt8]
}
