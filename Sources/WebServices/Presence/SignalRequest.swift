internal import Accounts
internal import FoundationEssentials
internal import HTTPCore
internal import Sessions
internal import WireProtocol

/// The body of `POST /signalvisitor`: `{mtype, data: {func, args}}` (`docs/protocol.md#presence`).
///
/// Other members are ignored.
struct SignalRequest: Sendable {
    /// The most bytes that it may have.
    static let maximumByteCount = 8 * 1024
    /// How deep its values may be nested.
    private static let maximumDepth = 16

    /// The function by which existing callers have a visitor asked (`docs/protocol.md#presence`).
    private static let showTerms = "GLANCE.Cobrowse.VisitorUI.showTerms"

    let call: VisitorCall
    private let sessionKey: String?

    /// The question to a visitor whether an agent may come in.
    struct Terms: Sendable {
        /// The key that the session is to have; `nil` for the visitor id.
        let sessionKey: SessionKey?
    }

    /// The question that is to be put to the visitor; `nil` if the call is for something else.
    ///
    /// - Throws: ``AnswerError/badRequest(_:)`` for a key that is not valid.
    func terms() throws(AnswerError) -> Terms? {
        guard call.kind == .invoke, call.function == Self.showTerms else { return nil }
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
        guard JSONValue.depth(of: json) <= Self.maximumDepth,
            let body = try? JSONDecoder().decode(Body.self, from: Data(json)),
            let kind = VisitorCall.Kind(rawValue: body.mtype)
        else { throw .badRequest("The body is {\"mtype\": \"invoke\" or \"signal\", \"data\": {\"func\", \"args\"}}.") }
        let arguments = Result { try body.data.args?.bytes }
        guard case .success(let arguments) = arguments,
            let call = VisitorCall(kind, function: body.data.function, arguments: arguments)
        else { throw .badRequest("func is 1 to 64 letters, digits, _ and .") }
        self.call = call
        self.sessionKey = body.data.args.flatMap(\.sessionKey)
    }

    private struct Body: Decodable {
        struct Content: Decodable {
            let function: String
            let args: JSONValue?

            enum CodingKeys: String, CodingKey {
                case function = "func"
                case args
            }
        }

        let mtype: String
        let data: Content
    }
}

/// Any JSON value, to be handed on.
enum JSONValue: Codable, Sendable {
    case null
    case bool(Bool)
    case whole(Int64)
    case number(Double)
    case string(String)
    case array([Self])
    case object([String: Self])

    /// Reads a value.
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .whole(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([Self].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: Self].self))
        }
    }

    /// Writes the value.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .whole(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let values): try container.encode(values)
        case .object(let members): try container.encode(members)
        }
    }

    /// The text of `sessionKey`, whatever its case, of an object or of the first object of a list; digits count too.
    var sessionKey: String? {
        switch self {
        case .array(let values): return values.first?.sessionKey
        case .object(let members):
            switch members.first(where: { $0.key.lowercased() == ParameterName.sessionKey })?.value {
            case .string(let text): return text
            case .whole(let number): return "\(number)"
            default: return nil
            }
        default: return nil
        }
    }

    /// The value as text.
    var bytes: [UInt8] {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return Array(try encoder.encode(self))
        }
    }

    /// How deep arrays and objects of a text are nested; looked at before it is read, which goes as deep.
    static func depth(of json: [UInt8]) -> Int {
        var (depth, deepest) = (0, 0)
        var (isInString, isEscaped) = (false, false)
        for byte in json {
            switch byte {
            case _ where isEscaped: isEscaped = false
            case UInt8(ascii: "\\"): isEscaped = isInString
            case UInt8(ascii: "\""): isInString.toggle()
            case _ where isInString: break
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                deepest = max(deepest, depth)
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
        }
        return deepest
    }
}
