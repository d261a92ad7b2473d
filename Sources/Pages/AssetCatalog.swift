internal import Crypto
internal import FoundationEssentials
package import HTTPCore
package import Hummingbird

/// Our own scripts, styles and pictures, each with the hash that pages pin it to (`docs/threats.md#assets`).
package struct AssetCatalog: Sendable {
    /// One file.
    package struct Asset: Sendable {
        /// Its name in addresses.
        package let name: String
        /// What it holds; every answer shares it.
        private let body: ByteBuffer
        /// Its media type, with the character set of texts.
        private let mediaType: String
        /// The value of an `integrity` attribute.
        package let integrity: String

        /// Makes an asset; the media type follows from the name's end.
        package init(_ name: String, _ bytes: [UInt8]) {
            self.name = name
            self.body = ByteBuffer(bytes: bytes)
            self.integrity = "sha256-" + Data(SHA256.hash(data: bytes)).base64EncodedString()
            switch name.split(separator: ".").last {
            case "js": self.mediaType = "text/javascript; charset=utf-8"
            case "css": self.mediaType = "text/css; charset=utf-8"
            default: self.mediaType = "image/svg+xml"
            }
        }

        /// The answer to a request for it.
        package var response: Response {
            Response(
                status: .ok,
                headers: [.contentType: mediaType, .cacheControl: "public, max-age=300"],
                body: ResponseBody(byteBuffer: body)
            )
        }
    }

    private let assets: [String: Asset]

    /// The files that all pages use, and those that a part adds.
    package init(adding others: [Asset] = []) {
        let own = [
            Asset("latchkey.css", PackageResources.latchkey_css),
            Asset("icon.svg", PackageResources.icon_svg),
            Asset("address.js", PackageResources.address_js),
            Asset("session.js", PackageResources.session_js),
            Asset("presence.js", PackageResources.presence_js),
            Asset("launch.js", PackageResources.launch_js),
            Asset("start.js", PackageResources.start_js),
            Asset("events.js", PackageResources.events_js),
            Asset("zendesk.js", PackageResources.zendesk_js),
            Asset("panel.js", PackageResources.panel_js),
            Asset("loginkey.js", PackageResources.loginkey_js),
            Asset("sso.js", PackageResources.sso_js),
            Asset("security-key.js", PackageResources.security_key_js),
            Asset("ssodone.js", PackageResources.ssodone_js),
            Asset("agents.js", PackageResources.agents_js),
            Asset("viewer.js", PackageResources.viewer_js),
            Asset("visit.js", PackageResources.visit_js),
        ]
        self.assets = Dictionary((own + others).map { ($0.name, $0) }) { _, newer in newer }
    }

    /// The hash of one file; empty for an unknown name.
    package func integrity(of name: String) -> String {
        assets[name]?.integrity ?? ""
    }

    /// Adds `/assets/<name>` for every file.
    package func addRoutes(to router: Router<WebContext>) {
        for asset in assets.values {
            router.get("/assets/\(asset.name)") { _, _ in asset.response }
        }
    }
}
