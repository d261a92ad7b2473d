internal import HTTPCore
internal import Hummingbird

/// `/openapi.json`: the OpenAPI 3.1 description of our own API.
struct OpenAPIController: Sendable {
    func addRoutes(to router: Router<WebContext>) {
        // Every answer shares it.
        let document = ByteBuffer(bytes: PackageResources.openapi_json)
        router.get("/openapi.json") { _, _ in
            Response(status: .ok, headers: .json, body: ResponseBody(byteBuffer: document))
        }
    }
}
