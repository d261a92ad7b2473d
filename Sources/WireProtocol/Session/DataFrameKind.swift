/// What a binary frame of a session carries: its first byte (`docs/session-format.md`).
///
/// Text frames are the control plane, binary frames the data plane. The server reads nothing of a data frame but this
/// byte and, where there is one, the part behind it, and what agents ask of itself.
package enum DataFrameKind: UInt8, CaseIterable, Sendable {
    // MARK: From the visitor

    /// A part of a snapshot of the page; a ``DataFramePart`` follows.
    case snapshot = 0x01
    /// A part of a batch of changes since the snapshot; a ``DataFramePart`` follows.
    case changes = 0x02
    /// Pointer, scroll and the like: only the newest counts.
    case volatile = 0x03
    /// A part of an asset that was asked for; a ``DataFramePart`` follows.
    case asset = 0x04
    /// A small JSON text from the visitor's script to the viewer.
    case visitorNote = 0x05

    // MARK: From an agent

    /// Pointer, drawing or highlight on the visitor's page.
    case annotate = 0x20
    /// Scrolls the visitor's page or takes it to another address.
    case navigate = 0x21
    /// Clicks and types in the visitor's page.
    case assist = 0x22
    /// Asks the visitor's script for a new snapshot.
    case agentResync = 0x23
    /// Asks for assets.
    case assetRequest = 0x24
    /// A small JSON text from the viewer to the visitor's script.
    case agentNote = 0x25
    /// Asks the visitor's script for a sign of life, which comes as a note.
    case agentPing = 0x26
    /// Asks the server for an asset that the page shows from another site.
    case publicAssetRequest = 0x27

    // MARK: From the server to the visitor

    /// Asks for a new snapshot.
    case serverResync = 0x40
    /// Agents cannot keep up: changes are to be held back and put together.
    case hold = 0x41
    /// Agents have caught up.
    case go = 0x42

    // MARK: From the server to an agent

    /// A part of an asset of another site that was asked for; a ``DataFramePart`` follows.
    case publicAsset = 0x43

    /// What an agent has to be allowed to send it; `nil` where nothing is needed.
    package var needed: AgentCapabilities? {
        switch self {
        case .annotate: .annotate
        case .navigate: .navigate
        case .assist: .assist
        default: nil
        }
    }

    /// Whether it acts on the page or asks the visitor for something: only the agent in control may send it.
    package var needsControl: Bool { [.annotate, .navigate, .assist, .agentNote].contains(self) }

    /// Whether a visitor may send it.
    package var isFromVisitor: Bool { rawValue < 0x20 }
    /// Whether an agent may send it.
    package var isFromAgent: Bool { (0x20..<0x40).contains(rawValue) }
    /// Whether a ``DataFramePart`` follows.
    package var hasParts: Bool { [.snapshot, .changes, .asset, .publicAsset].contains(self) }
}

/// Where a frame stands in what was split into several frames: the second byte of kinds that have parts.
package struct DataFramePart: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Nothing came before.
    package static let first = Self(rawValue: 1)
    /// Nothing comes behind.
    package static let last = Self(rawValue: 2)
}

/// Limits of data frames.
package enum DataFrameLimit {
    /// The most bytes of a frame, its kind and part included.
    package static let bytes = 256 * 1024
}
