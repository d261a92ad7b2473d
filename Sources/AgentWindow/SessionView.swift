internal import LocalIPC

/// The page that shows a session in the window.
///
/// The session is the page's as long as the connection to the client is open; with it the client lets go of the session.
final class SessionView {
    let page: WebView
    /// The session's.
    let key: String
    let connection: IPCConnection
    /// The page has said that the session is over.
    var isOver = false

    init(page: WebView, key: String, connection: IPCConnection) {
        self.page = page
        self.key = key
        self.connection = connection
    }
}
