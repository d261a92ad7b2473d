import TestSupport
import Testing

@testable import WebAuthn

@Suite struct CBORReaderTests {
    @Test func `reads what authenticators send`() throws {
        let bytes: [UInt8] = [
            0xA4, 0x01, 0x38, 0x18, 0x20, 0x82, 0xF5, 0xF6, 0x61, 0x61, 0x42, 1, 2, 0x18, 0x18, 0x1A, 0, 1, 0, 0,
        ]
        let map = try #require(try CBORReader.value(of: bytes).map)
        #expect(map[1]?.integer == -25)
        #expect(map[-1] == .array([.bool(true), .null]))
        #expect(map["a"]?.bytes == [1, 2])
        #expect(map[24]?.integer == 65536)
        #expect(try CBORReader.value(of: [0x1B] + [UInt8](repeating: 255, count: 8)).integer == nil)
        #expect(try CBORReader.value(of: [0x3B, 0x7F] + [UInt8](repeating: 255, count: 7)).integer == .min)
    }

    @Test(
        arguments: [
            [], [0x18], [0x18, 23], [0x19, 0, 255], [0x1A, 0, 0, 255, 255], [0x1B, 0, 0, 0, 0, 255, 255, 255, 255],
            [0x1C], [0x1D], [0x1E], [0x1F], [0x5F, 0x41, 0, 0xFF], [0x9F, 0xFF], [0xBF, 0xFF], [0xFF],
            [0x41], [0x61, 0xFF], [0x62, 0xC0, 0x80], [0xC0, 0x00], [0xF7], [0xF8, 0x20], [0xF9, 0, 0], [0xFB],
            [0xA1, 0x01], [0x81], [0xA2, 1, 1, 1, 1], [0xA2, 0x61, 0x61, 1, 0x61, 0x61, 2], [0x00, 0x00],
            [0x5A, 0x7F, 0xFF, 0xFF, 0xFF, 0], [0x5B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            [0x7B, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x9B, 0, 0, 0, 1, 0, 0, 0, 0],
            [0xBB, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x81, 0x81, 0x81, 0x81, 0x81, 0x00],
        ] as [[UInt8]]
    )
    func `refuses what they do not`(_ bytes: [UInt8]) {
        #expect(throws: WebAuthnError.malformedCBOR) { _ = try CBORReader.value(of: bytes) }
    }

    @Test func `has limits of depth, count and size`() throws {
        #expect(try CBORReader.value(of: [0x81, 0x81, 0x81, 0x81, 0x00]).integer == nil)
        _ = try CBORReader.value(of: [0x98, 64] + [UInt8](repeating: 0, count: 64))
        for bytes in [
            [0x98, 65] + [UInt8](repeating: 0, count: 65), CBOR.bytes([UInt8](repeating: 0, count: 16 * 1024)),
            [UInt8](repeating: 0x81, count: 10_000),
        ] {
            #expect(throws: WebAuthnError.malformedCBOR) { _ = try CBORReader.value(of: bytes) }
        }
        #expect(throws: WebAuthnError.malformedCBOR) { _ = try CBORReader([0], at: 2) }
        #expect(throws: WebAuthnError.malformedCBOR) { _ = try CBORReader([0], at: -1) }
    }
}
