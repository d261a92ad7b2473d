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
        ["permessage-deflate; client_max_window_bits; client_max_window_bits=9"], ["; permessage-deflate"],
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
        let message = DataMessage(deflated: ByteBuffer(bytes: bytes), limit: 5)
        #expect(message.map { String(buffer: $0.bytes) } == "Hello")
        #expect(DataMessage(deflated: ByteBuffer(bytes: bytes), limit: 4) == nil)
    }

    @Test func `reads an empty message`() {
        #expect(DataMessage(deflated: ByteBuffer(bytes: [0x00]), limit: 0)?.count == 0)
    }

    @Test func `keeps to itself what refers to an earlier message, or breaks off`() {
        // The second of two messages with a window that is shared (section 7.2.3.2).
        #expect(DataMessage(deflated: ByteBuffer(bytes: [0xF2, 0x00, 0x11, 0x00, 0x00]), limit: 100) == nil)
        let whole: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]
        for count in 0..<whole.count - 1 {
            #expect(DataMessage(deflated: ByteBuffer(bytes: whole.prefix(count)), limit: 100) == nil, "\(count)")
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
            let count = DataMessage(deflated: ByteBuffer(bytes: bytes), limit: 64)?.count ?? 0
            #expect(count <= 64)
            #expect(DataMessage(deflated: ByteBuffer(bytes: hello), limit: 5)?.count == 5)
        }
    }

    /// A kilobyte that would be a megabyte.
    @Test func `ends at the limit`() {
        let megabyte = ByteBuffer(bytes: MessageDeflateTests.zeros)
        #expect(DataMessage(deflated: megabyte, limit: 1_048_575) == nil)
        #expect(DataMessage(deflated: megabyte, limit: 1_048_576)?.count == 1_048_576)
    }

    @Test func `gives each reader what it takes, and keeps the smaller`() throws {
        let wire = ByteBuffer(bytes: [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00])
        let short = try #require(DataMessage(deflated: wire, limit: 5))
        #expect(short.payload(takesDeflated: true) == (ByteBuffer(string: "Hello"), false), "compressed it is longer")
        let zeros = try #require(DataMessage(deflated: ByteBuffer(bytes: Self.zeros), limit: 1_048_576)).packed
        #expect(zeros.payload(takesDeflated: true) == (ByteBuffer(bytes: Self.zeros), true))
        #expect(zeros.payload(takesDeflated: false).bytes.readableBytes == 1_048_576)
        #expect(!zeros.payload(takesDeflated: false).isDeflated)
        let plain = DataMessage(ByteBuffer(string: "Hello"))
        #expect(plain.payload(takesDeflated: true) == (ByteBuffer(string: "Hello"), false))
    }

    /// 1,048,576 zeros, compressed by zlib: 1033 bytes, nearly all of them alike.
    private static let zeros: [UInt8] =
        [0xEC, 0xC1, 0x31, 0x01, 0x00, 0x00, 0x00, 0xC2, 0xA0, 0xF5, 0x4F, 0x6D, 0x08, 0x5F, 0xA0] as [UInt8]
        + [UInt8](repeating: 0x00, count: 1016) + [0x3E, 0x03] as [UInt8]
}
