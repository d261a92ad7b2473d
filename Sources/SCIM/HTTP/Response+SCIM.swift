internal import HTTPTypes
internal import Hummingbird
internal import WireCodec

extension Response {
    /// An answer with a SCIM body (RFC 7644 section 8.1).
    static func scim(_ document: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/scim+json; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: document.bytes))
        )
    }
}
