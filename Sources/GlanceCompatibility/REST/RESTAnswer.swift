internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird

/// What a request is answered with.
struct RESTAnswer: Sendable {
    /// The JSON.
    let bytes: [UInt8]
    /// The version of what is shown, as an entity tag; `nil` where nothing is shown that can be changed.
    let version: String?

    init(_ bytes: [UInt8], version: String? = nil) {
        self.bytes = bytes
        self.version = version
    }

    /// The answer with its version in the header `ETag`.
    var response: Response {
        var response = Response.json(bytes)
        response.headers[.eTag] = version
        return response
    }
}
