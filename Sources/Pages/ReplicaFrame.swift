internal import HTTPCore
internal import HTTPTypes
internal import Hummingbird

/// `/cobrowse/frame`: the empty documents in which the viewer rebuilds a visitor's page.
///
/// A frame without an address would take over the viewer's policy, which allows no inline styles. These have their own: no
/// script whatsoever, no fetch except of what the viewer itself made, and a sandbox. Any page may frame them, since they are
/// empty: the viewer is framed by pages of the group's origins, and each of them counts as an ancestor.
struct ReplicaFrame: Sendable {
    private static let transitional = "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd"

    /// What decides a document's mode (HTML standard, "The initial insertion mode").
    private static let documentTypes = [
        "": "<!doctype html>",
        "/limited": #"<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "\#(transitional)">"#,
        "/quirks": "",
    ]

    private static let policy = [
        "default-src 'none'", "script-src 'none'", "style-src 'unsafe-inline' blob: data:", "img-src blob: data:",
        "font-src blob: data:", "media-src blob: data:", "form-action 'none'", "base-uri 'none'",
        "frame-ancestors *", "sandbox allow-same-origin",
    ]
    .joined(separator: "; ")

    func addRoutes(to router: Router<WebContext>) {
        for (mode, documentType) in Self.documentTypes {
            let html = documentType + "<html><head></head><body></body></html>"
            router.get(RouterPath("/cobrowse/frame" + mode)) { _, _ in
                Response(
                    status: .ok,
                    headers: [.contentType: "text/html; charset=utf-8", .contentSecurityPolicy: Self.policy],
                    body: ResponseBody(byteBuffer: ByteBuffer(string: html))
                )
            }
        }
    }
}
