internal import NIOCore
internal import NIOEmbedded
internal import NIOWebSocket
internal import WireProtocol

@testable import Sessions

/// What a visitor and two agents send on the data plane of a session, one message after the other.
///
/// A message is: who sends it, and whether it is compressed (a byte); its length (two bytes, the high one first); its bytes. No side may
/// get what it is not to have, and in the end nothing may be counted as kept any more.
func readDataFrames(_ bytes: [UInt8]) {
    let limit = 64 * 1024
    let memory = PageMemory(limit: limit)
    let relay = SessionRelay(memory: memory)
    let channels = (0..<3).map { _ in EmbeddedChannel() }
    let connections = channels.map { ParticipantConnection(channel: $0, source: "", isDeflateAgreed: true) }
    relay.join(visitor: connections[0])
    relay.join(agent: connections[1], "a", [.annotate], at: 0)
    relay.join(agent: connections[2], "b", [.annotate, .navigate, .assist], at: 0)
    relay.control("a")
    var rest = bytes[...]
    while rest.count >= 3 {
        let head = Array(rest.prefix(3))
        let payload = rest.dropFirst(3).prefix(Int(head[1]) << 8 | Int(head[2]))
        rest = rest.dropFirst(3 + payload.count)
        let buffer = ByteBuffer(bytes: payload)
        let message = head[0] & 0x80 == 0 ? DataMessage(buffer) : try? DataMessage(deflated: buffer, limit: limit)
        guard let message else { continue }
        precondition(message.count <= max(limit, payload.count), "larger than it may be")
        let isFrame = message.bytes.readableBytesView.first.flatMap(DataFrameKind.init(rawValue:)) != nil
        precondition(relay.receive(message, from: connections[Int(head[0] % 3)], at: 0) == isFrame, "not read as it is")
    }
    for (index, channel) in channels.enumerated() { checkReceived(by: channel, isVisitor: index == 0) }
    relay.close()
    precondition(memory.move(from: 0, to: limit), "something is still counted as kept")
    for channel in channels { _ = try? channel.finish(acceptAlreadyClosed: true) }
}

/// The agent in control may not use the page, and the other is not in control.
private func checkReceived(by channel: EmbeddedChannel, isVisitor: Bool) {
    channel.embeddedEventLoop.run()
    while let frame = try? channel.readOutbound(as: WebSocketFrame.self) {
        guard frame.opcode == .binary else { continue }
        let bytes = frame.rsv1 ? try? MessageInflater.inflate(frame.data, limit: 1 << 24) : frame.data
        guard let kind = bytes?.readableBytesView.first.flatMap(DataFrameKind.init(rawValue:)) else {
            preconditionFailure("no frame was sent")
        }
        if isVisitor {
            precondition(
                kind.isFromAgent && ![.navigate, .assist].contains(kind) || kind.rawValue >= 0x40,
                "an agent got past what they may"
            )
        } else {
            precondition(kind.isFromVisitor || kind == .publicAsset, "an agent got what was not for them")
        }
    }
}
