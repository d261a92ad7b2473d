internal import NIOCore
internal import NIOWebSocket
internal import WireProtocol

/// What is said on one WebSocket, from its first text to its end; used on the channel's event loop only.
///
/// A class, because a connection that is closed while a text is being taken ends its handler at once.
protocol FrameHandler: AnyObject {
    /// How often the other end must give signs of life.
    var keepAlive: KeepAlivePolicy { get }
    /// Whether the other end has been let in; until then it has ten seconds.
    var isAdmitted: Bool { get }
    /// What it is told if it is not let in.
    var refusal: String { get }
    /// Takes a text.
    func receive(_ json: [UInt8]) -> FrameResult
    /// Takes the data of a binary frame.
    func receive(data: DataMessage) -> FrameResult
    /// Nothing more comes for now.
    func receiveComplete()
    /// The connection is gone, or will be closed; may be called more than once.
    func end()
}

extension FrameHandler {
    /// Without a data plane, binary frames end the connection.
    func receive(data: DataMessage) -> FrameResult { .end(.unacceptableData) }
    func receiveComplete() {}
    var refusal: String { SessionEvent.refused(nil).json }
}

/// What happens to a connection after a text.
enum FrameResult {
    case goOn
    /// It is told that it is refused, and closed.
    case refuse
    case end(WebSocketErrorCode)
}

/// How often the other end of a WebSocket must give signs of life.
struct KeepAlivePolicy {
    /// What a sign of life is answered with if asked for: pages do not see the WebSocket's pings, and without an answer
    /// would not notice that a server's machine is gone.
    static let answer = #"{"type":"k"}"#

    /// How often it is asked for a sign of life, in seconds.
    let pingSeconds: Int64
    /// How often it may leave that unanswered.
    let silentPings: Int
    /// How many texts and control frames it may send between two of them.
    let frames: Int
    /// How many binary frames it may send between two of them.
    var dataFrames = 0
    /// How many bytes its compressed messages may have between two of them beyond those that it sends.
    var inflatedBytes = 0
}
