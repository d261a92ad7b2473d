internal import HTTPTypes
package import Hummingbird
internal import WireCodec

extension Request {
    /// The token of the `Authorization` header; `nil` if it is not `Bearer` (RFC 6750 section 2.1).
    package var bearerToken: String? {
        headers[.authorization].flatMap(BearerToken.token)
    }
}
