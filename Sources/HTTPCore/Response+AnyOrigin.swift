internal import HTTPTypes
package import Hummingbird

extension Response {
    /// Lets the pages of any site read the answer: for what visitors' pages request, without cookies (Fetch standard, "CORS
    /// protocol").
    package func readableAnywhere() -> Response {
        var response = self
        CrossOrigin.allowEverybody(on: &response.headers)
        return response
    }

    /// What a browser is told when it asks whether a page of any site may send JSON by POST.
    package static var preflightForAnybody: Response {
        var response = Response(status: .noContent).readableAnywhere()
        response.headers[.accessControlAllowMethods] = "POST"
        response.headers[.accessControlAllowHeaders] = "content-type"
        response.headers[.accessControlMaxAge] = "600"
        return response
    }
}
