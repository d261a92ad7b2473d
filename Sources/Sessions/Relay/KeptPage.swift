internal import NIOCore
internal import WireProtocol

/// The last snapshot of a session's page and the changes since, for agents who come later or fall behind.
///
/// Nothing of it is ever stored: it is forgotten with the session.
struct KeptPage {
    /// The most bytes that are kept.
    static let maximumBytes = 16 * 1024 * 1024
    /// The fewest bytes of changes for which a new snapshot is wanted.
    static let leastChangesBytes = 1024 * 1024

    /// The frames in their order, whole ones.
    private(set) var frames: [DataMessage] = []
    /// Whether ``frames`` begin with a whole snapshot.
    private(set) var isComplete = false
    private var isCollecting = false
    private var snapshotBytes = 0
    private var changesBytes = 0

    /// How many bytes are kept, counted as if uncompressed: this many may have to be sent at once.
    var bytes: Int { snapshotBytes + changesBytes }

    /// Whether a new snapshot would cost less than what has come since the last one.
    var isWorthRenewing: Bool { isComplete && changesBytes > max(Self.leastChangesBytes, snapshotBytes) }

    /// Keeps a frame.
    ///
    /// - Parameters:
    ///   - frame: The whole frame.
    ///   - kind: Its kind; others than snapshots and changes are not kept.
    ///   - part: Where it stands.
    mutating func keep(_ frame: DataMessage, _ kind: DataFrameKind, _ part: DataFramePart) {
        switch kind {
        case .snapshot: keepSnapshot(frame, part)
        case .changes where isComplete:
            changesBytes += frame.count
            frames.append(frame.packed)
        default: return
        }
        if bytes > Self.maximumBytes { forget() }
    }

    /// Forgets everything; a part of a snapshot that is under way is ignored from here on.
    mutating func forget() {
        self = KeptPage()
    }

    private mutating func keepSnapshot(_ frame: DataMessage, _ part: DataFramePart) {
        if part.contains(.first) {
            forget()
            isCollecting = true
        }
        guard isCollecting else { return }
        snapshotBytes += frame.count
        frames.append(frame.packed)
        if part.contains(.last) { (isCollecting, isComplete) = (false, true) }
    }
}
