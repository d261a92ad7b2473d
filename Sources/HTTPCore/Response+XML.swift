package import HTTPTypes
package import Hummingbird

extension Response {
    /// An answer with an XML body.
    package static func xml(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: .xml,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }
}

extension HTTPFields {
    /// The header fields of an answer with an XML body.
    package static var xml: HTTPFields { [.contentType: "text/xml; charset=utf-8"] }
}
