internal import HTTPCore
internal import Hummingbird

/// `/openapi.json`: the OpenAPI 3.1 description of our own API.
struct OpenAPIController: Sendable {
    func addRoutes(to router: Router<WebContext>) {
        router.get("/openapi.json") { _, _ in
            Response.json(PackageResources.openapi_json)
        }
    }
}
