internal import FoundationEssentials
internal import LocalIPC
internal import LoginKey
internal import ProtocolURL
internal import WireCodec
internal import WireProtocol

/// The reader that gets every input, by its number, where the environment names one.
private let chosenReader = ProcessInfo.processInfo.environment["LATCHKEY_FUZZ_READER"].flatMap(UInt8.init)

/// What libFuzzer calls with each input: the first byte says which reader gets the rest, unless one is chosen.
///
/// Nonsense may be refused in any way but by a crash; what is accepted has to be printable and to be read back equal.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    guard let kind = bytes.first else { return 0 }
    let rest = Array(bytes.dropFirst())
    switch chosenReader ?? kind % 6 {
    case 0: readURL(rest)
    case 1: readFrames(rest)
    case 2: readFields(rest)
    case 3: readJSON(rest)
    case 4: readSession(rest)
    default: readDataFrames(rest)
    }
    return 0
}

/// Forms, queries and flat JSON objects, as services and pages get them, and what is inside: escapes, times, addresses.
private func readFields(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    var form = FieldSet()
    try? form.add(form: bytes)
    var query = FieldSet()
    try? query.add(query: text)
    var json = FieldSet()
    try? json.add(json: bytes)
    let encoded = PercentEncoding.encode(text)
    let decoded = try? PercentEncoding.decode(Array(encoded.utf8)[...], plusIsSpace: true)
    precondition(decoded.map { $0.utf8.elementsEqual(text.utf8) } == true, "escaped and read back as another text")
    _ = ISOTime(text)
    _ = SourceNetwork.name(of: text)
    _ = BearerToken.token(in: text)
}

private func readJSON(_ bytes: [UInt8]) {
    guard let value = try? JSONReader.value(of: bytes) else { return }
    precondition((try? JSONReader.value(of: value.bytes)) == value, "printed and read back as another value")
}

/// What a participant of a session sends, and what a client is told.
private func readSession(_ bytes: [UInt8]) {
    if let command = ParticipantCommand(json: bytes) {
        precondition(ParticipantCommand(json: Array(command.json.utf8)) == command, "read back as another command")
    }
    _ = SessionEvent(json: bytes)
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
