internal import HTTPTypes
package import Hummingbird

extension Request {
    /// The token of the `Authorization` header; `nil` if it is not `Bearer` (RFC 6750 section 2.1).
    package var bearerToken: String? {
        let header = headers[.authorization] ?? ""
        return header.lowercased().hasPrefix("bearer ") ? String(header.dropFirst(7)) : nil
    }
}
