internal import HTTPTypes
package import Hummingbird

/// A script that is the same for everybody, plain and compressed.
package struct StaticScript: Sendable {
    private let plain: ByteBuffer
    private let compressed: ByteBuffer?

    /// Makes a script from its text, UTF-8.
    package init(_ text: String) {
        plain = ByteBuffer(string: text)
        compressed = Gzip.compress(Array(text.utf8)).map { ByteBuffer(bytes: $0) }
    }

    /// The answer to a request for it: compressed if the browser accepts that (RFC 9110 section 12.5.3).
    package func response(to request: Request, cacheControl: String) -> Response {
        var headers: HTTPFields = [
            .contentType: "text/javascript; charset=utf-8", .cacheControl: cacheControl, .vary: "Accept-Encoding",
        ]
        guard let compressed, request.acceptsGzip else {
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: plain))
        }
        headers[.contentEncoding] = "gzip"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: compressed))
    }
}

extension Request {
    /// Whether `Accept-Encoding` names gzip, and not with a weight of zero.
    fileprivate var acceptsGzip: Bool {
        let codings = headers[values: .acceptEncoding].joined(separator: ",").lowercased().split(separator: ",")
        return codings.contains { coding in
            let parts = coding.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
            guard parts.first == "gzip" else { return false }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) }
            return weight ?? 1 > 0
        }
    }
}
