internal import NIOHTTP1
internal import WireProtocol

/// The head of a request to `Authorize` that can be answered below the framework, as far as it matters there.
struct AuthorizeHead: Sendable {
    /// The most bytes of a body that is looked at.
    static let maximumBodyBytes = 8 * 1024

    /// Path and query.
    let target: String
    private(set) var contentType: String?
    private(set) var origin: String?
    private(set) var fetchSite: String?
    private(set) var correlationID: String?
    private(set) var forwardedFor: String?
    private(set) var forwarded: String?

    private static let path = Array(Path.authorize.lowercased().utf8)

    /// Reads a head; `nil` unless it is plain: a post to the path with a small body of known length, on a connection that
    /// goes on, and with nothing twice that matters.
    init?(_ head: HTTPRequestHead) {
        guard head.method == .POST, head.version == .http1_1, Self.isAuthorize(head.uri.utf8.span) else { return nil }
        target = head.uri
        var seen: UInt16 = 0
        for (name, value) in head.headers {
            guard let field = Field(name) else { continue }
            guard seen & field.rawValue == 0, take(value, of: field) else { return nil }
            seen |= field.rawValue
        }
        let needed = Field.host.rawValue | Field.contentLength.rawValue
        guard seen & needed == needed else { return nil }
    }

    /// Takes a field's value; `false` if the request is not plain with it.
    private mutating func take(_ value: String, of field: Field) -> Bool {
        switch field {
        case .host: break
        case .contentLength: return Int(value).map { (1...Self.maximumBodyBytes).contains($0) } ?? false
        case .connection: return value == "keep-alive"
        case .expect, .upgrade, .transferEncoding: return false
        case .contentType: contentType = value
        case .origin: origin = value
        case .fetchSite: fetchSite = value
        case .correlationID: correlationID = value
        case .forwardedFor: forwardedFor = value
        case .forwarded: forwarded = value
        }
        return true
    }

    private static func isAuthorize(_ target: Span<UInt8>) -> Bool {
        guard target.count >= path.count, target.count == path.count || target[path.count] == UInt8(ascii: "?") else {
            return false
        }
        return path.span.equalsLowercased(target.extracting(first: path.count))
    }

    /// The fields that matter, a bit each.
    private enum Field: UInt16 {
        case host = 1
        case contentLength = 2
        case connection = 4
        case expect = 8
        case upgrade = 16
        case transferEncoding = 32
        case contentType = 64
        case origin = 128
        case fetchSite = 256
        case correlationID = 512
        case forwardedFor = 1024
        case forwarded = 2048

        /// The field with a name, in whatever case; `nil` for one that does not matter.
        init?(_ name: String) {
            // No two that matter have the same length and end.
            let candidate: (field: Field, name: String)
            let bytes = name.utf8.span
            guard let last = bytes.indices.last.map({ bytes[$0] | 0x20 }) else { return nil }
            switch (bytes.count, last) {
            case (4, UInt8(ascii: "t")): candidate = (.host, "host")
            case (6, UInt8(ascii: "t")): candidate = (.expect, "expect")
            case (6, UInt8(ascii: "n")): candidate = (.origin, "origin")
            case (7, UInt8(ascii: "e")): candidate = (.upgrade, "upgrade")
            case (9, UInt8(ascii: "d")): candidate = (.forwarded, "forwarded")
            case (10, UInt8(ascii: "n")): candidate = (.connection, "connection")
            case (12, UInt8(ascii: "e")): candidate = (.contentType, "content-type")
            case (14, UInt8(ascii: "h")): candidate = (.contentLength, "content-length")
            case (14, UInt8(ascii: "e")): candidate = (.fetchSite, "sec-fetch-site")
            case (15, UInt8(ascii: "r")): candidate = (.forwardedFor, "x-forwarded-for")
            case (16, UInt8(ascii: "d")): candidate = (.correlationID, "x-correlation-id")
            case (17, UInt8(ascii: "g")): candidate = (.transferEncoding, "transfer-encoding")
            default: return nil
            }
            guard candidate.name.utf8.span.equalsLowercased(bytes) else { return nil }
            self = candidate.field
        }
    }
}

extension Span<UInt8> {
    /// Whether other bytes are these, which are in lower case, but for the case of ASCII letters.
    fileprivate func equalsLowercased(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in indices {
            let byte = other[index]
            let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
            guard self[index] == (isUpper ? byte | 0x20 : byte) else { return false }
        }
        return true
    }
}
