internal import Accounts
internal import HTTPCore
internal import Sessions
internal import WireCodec
internal import WireProtocol

/// The body of `POST /signalvisitor`: `{mtype, data: {func, args}}` (`docs/protocol.md#presence`).
///
/// Other members are ignored.
struct SignalRequest: Sendable {
    /// The most bytes that it may have.
    static let maximumByteCount = 8 * 1024
    /// How deep its values may be nested.
    private static let maximumDepth = 16

    /// The functions that existing callers use to have a visitor asked (`docs/protocol.md#presence`).
    private static let questions: Set = [
        "GLANCE.Cobrowse.VisitorUI.showTerms", "GLANCE.Cobrowse.VisitorUI.startSession",
        "GLANCE.Cobrowse.Visitor.showTerms", "GLANCE.Cobrowse.Visitor.startSession",
    ]

    let call: VisitorCall
    private let sessionKey: String?

    /// The question to a visitor whether an agent may come in.
    struct Terms: Sendable {
        /// The key that the session should have; `nil` for the visitor id.
        let sessionKey: SessionKey?
    }

    /// The question to put to the visitor; `nil` if the call is for something else.
    ///
    /// - Throws: ``AnswerError/badRequest(_:)`` for a key that is not valid.
    func terms() throws(AnswerError) -> Terms? {
        guard call.kind == .invoke, Self.questions.contains(call.function) else { return nil }
        guard let sessionKey, !sessionKey.isEmpty else { return Terms(sessionKey: nil) }
        guard let key = SessionKey(sessionKey) else {
            throw .badRequest("a session key is 1 to 63 letters, digits and . _ ~ -")
        }
        return Terms(sessionKey: key)
    }

    /// Reads a body.
    ///
    /// - Throws: ``AnswerError/badRequest(_:)``.
    init(_ json: [UInt8]) throws(AnswerError) {
        guard let body = try? JSONReader.value(of: json), body.depth <= Self.maximumDepth,
            let kind = body.object?["mtype"]?.text.flatMap(VisitorCall.Kind.init(rawValue:)),
            let data = body.object?["data"]?.object, let function = data["func"]?.text
        else { throw .badRequest("The body is {\"mtype\": \"invoke\" or \"signal\", \"data\": {\"func\", \"args\"}}.") }
        let arguments = data["args"].flatMap { $0 == .null ? nil : $0 }
        guard let call = VisitorCall(kind, function: function, arguments: arguments?.bytes) else {
            throw .badRequest("func is 1 to 64 letters, digits, _ and .")
        }
        self.call = call
        sessionKey = arguments?.sessionKey
    }
}

extension JSONValue {
    /// How deep arrays and objects are nested.
    fileprivate var depth: Int {
        switch self {
        case .array(let elements): 1 + (elements.map(\.depth).max() ?? 0)
        case .object(let object): 1 + (object.members.map(\.value.depth).max() ?? 0)
        default: 0
        }
    }

    /// The text of `sessionKey`, whatever its case, of an object or of the first object of a list; digits count too.
    fileprivate var sessionKey: String? {
        if let elements { return elements.first?.sessionKey }
        switch object?[ParameterName.sessionKey] {
        case .string(let text): return text
        case .number(let digits) where Int64(digits) != nil: return digits
        default: return nil
        }
    }
}
