internal import Accounts
internal import HTTPCore
internal import HTTPTypes
internal import NIOCore
internal import WireCodec

/// The head of an answer as bytes: what is the same in all of them was written once.
struct AuthorizeAnswerHead: Sendable {
    private enum Piece: Sendable {
        case bytes([UInt8])
        case contentLength
        case correlationID
        case date
    }

    private static let lineEnd: [UInt8] = [13, 10]

    private let pieces: [Piece]
    /// Those of an answer that asks to try again later.
    private let unavailablePieces: [Piece]

    /// Prepares the head, with the fields in the framework's order: nobody is to see who has answered, and so how far a
    /// refused request got.
    init(isSecure: Bool) {
        var fields = HTTPFields.json
        fields[.contentLength] = ""
        SecurityHeaders.add(to: &fields, correlationID: .none, isSecure: isSecure)
        var unavailable = fields
        unavailable[.retryAfter] = AnswerError.retryAfter
        fields[.date] = ""
        unavailable[.date] = ""
        pieces = Self.pieces(of: fields)
        unavailablePieces = Self.pieces(of: unavailable)
    }

    private static func pieces(of fields: HTTPFields) -> [Piece] {
        var pieces: [Piece] = []
        var bytes = lineEnd
        for field in fields {
            bytes += "\(field.name.rawName): ".utf8
            if let piece = changing(field.name) {
                pieces += [.bytes(bytes), piece]
                bytes = []
            } else {
                bytes += field.value.utf8
            }
            bytes += lineEnd
        }
        return pieces + [.bytes(bytes)]
    }

    private static func changing(_ name: HTTPField.Name) -> Piece? {
        switch name {
        case .contentLength: .contentLength
        case .correlationID: .correlationID
        case .date: .date
        default: nil
        }
    }

    /// Writes a head.
    ///
    /// - Parameters:
    ///   - status: The status.
    ///   - bodyBytes: How long the body is that follows.
    ///   - correlationID: Of the request.
    ///   - seconds: When the request came, in Unix time.
    ///   - buffer: Where to.
    func write(
        _ status: HTTPResponse.Status,
        bodyBytes: Int,
        correlationID: CorrelationID,
        seconds: Int64,
        to buffer: inout ByteBuffer
    ) {
        buffer.writeStaticString("HTTP/1.1 ")
        buffer.writeString(String(status.code))
        buffer.writeStaticString(" ")
        buffer.writeString(status.reasonPhrase)
        for piece in status == .serviceUnavailable ? unavailablePieces : pieces {
            switch piece {
            case .bytes(let bytes): buffer.writeBytes(bytes)
            case .contentLength: buffer.writeString(String(bodyBytes))
            case .correlationID: buffer.writeString(correlationID.text)
            case .date: buffer.writeBytes(UTCTime.httpDate(seconds))
            }
        }
        buffer.writeBytes(Self.lineEnd)
    }
}
