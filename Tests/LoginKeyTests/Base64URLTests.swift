import Foundation
import LoginKey
import Testing

@Suite struct Base64URLTests {
    private static func decode(_ text: String) -> [UInt8]? {
        Base64URL.decode(Array(text.utf8)[...])
    }

    @Test func `spells every length as Foundation does, and reads it back`() {
        for count in 0..<100 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255) }
            let text = String(decoding: Base64URL.encode(bytes.span), as: UTF8.self)
            let standard = Data(bytes).base64EncodedString()
                .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
            #expect(text == standard)
            #expect(Self.decode(text) == bytes)
        }
    }

    @Test func `appends behind what is there`() {
        var text = Array("x.".utf8)
        Base64URL.append([0xFB, 0xFF].span, to: &text)
        #expect(String(decoding: text, as: UTF8.self) == "x.-_8")
    }

    @Test func `takes 64 of the 256 bytes, at every place`() throws {
        let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        for place in 0..<8 {
            for byte in UInt8.min...UInt8.max {
                var text = Array("AAAAAAAA".utf8)
                text[place] = byte
                #expect((Base64URL.decode(text[...]) != nil) == alphabet.contains(byte), "\(byte) at \(place)")
            }
        }
        for place in 0..<43 {
            for byte in UInt8.min...UInt8.max {
                var text = [UInt8](repeating: UInt8(ascii: "A"), count: 43)
                text[place] = byte
                let isCanonical = place < 42 || "AEIMQUYcgkosw048".utf8.contains(byte)
                let isTaken = alphabet.contains(byte) && isCanonical
                #expect((Base64URL.bytes(of: text.span) != nil) == isTaken, "\(byte) at \(place)")
            }
        }
    }

    @Test(arguments: ["A", "AAAAA", "AB", "AAB", "AAAAAB", "AA==", "AAA=", " AAA", "AA AA", "+AAA", "/AAA"])
    func `refuses other lengths, padding, blanks and a second spelling`(_ text: String) {
        #expect(Self.decode(text) == nil)
    }
}
