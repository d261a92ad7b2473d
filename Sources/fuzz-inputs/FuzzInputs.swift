internal import LocalIPC
internal import LoginKey
internal import ProtocolURL
internal import WireProtocol

/// What libFuzzer calls with each input: the first byte says which reader gets the rest.
///
/// Nonsense may be refused in any way but by a crash; what is accepted has to be printable and to be read back equal.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard let kind = bytes.first else { return 0 }
    switch kind % 2 {
    case 0: readURL(Array(bytes.dropFirst()))
    default: readFrames(Array(bytes.dropFirst()))
    }
    return 0
}

private func readURL(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let url = try? ProtocolURL(parsing: text) else { return }
    precondition(text.utf8.count <= ProtocolScheme.maximumByteCount, "too long")
    precondition(text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }, "a control character or a blank")
    precondition(url.text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "not printable ASCII")
    precondition(!text.contains("#") && !text.contains("\\"), "raw characters")
    precondition(!url.text.contains("'"), "a quote that is written raw")
    // Escaping can make a text longer than a URL may be.
    guard url.text.utf8.count <= ProtocolScheme.maximumByteCount else { return }
    guard let again = try? ProtocolURL(parsing: url.text) else { preconditionFailure("not read back") }
    precondition(again == url && again.text == url.text, "read back as another URL")
}

private func readFrames(_ bytes: [UInt8]) {
    var decoder = IPCDecoder()
    var frames: [UInt8] = []
    // Cut in pieces whose lengths depend on the input.
    var index = 0
    do {
        while index < bytes.count {
            let end = min(index + 1 + Int(bytes[index] % 37), bytes.count)
            decoder.append(bytes[index..<end])
            index = end
            while let message = try decoder.next() {
                guard let frame = message.frame else { preconditionFailure("a frame that cannot be written") }
                precondition(frame.count <= IPCMessage.maximumByteCount + 4, "too long")
                frames += frame
            }
        }
    } catch {
        return
    }
    precondition(bytes.starts(with: frames), "read back as other frames")
}
