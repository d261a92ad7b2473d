internal import CGTK

/// The page of a session in the window, through WebKitGTK 6.
///
/// It keeps nothing: cookies and storage go with it. The web process is WebKit's own, in its sandbox.
struct WebView {
    /// Whether WebKitGTK 6 is installed.
    static var isAvailable: Bool { latchkey_has_webkit() != 0 }

    /// What stands in the window.
    let widget: Widget

    /// Makes a view; `nil` where WebKitGTK 6 is not installed.
    ///
    /// - Parameters:
    ///   - receive: Called with what the page says to its window.
    ///   - fail: Called when a page cannot be loaded, or its process has ended.
    init?(receive: @escaping (String) -> Void, fail: @escaping () -> Void) {
        var messages: UnsafeMutablePointer<GObject>?
        guard let view = unsafe latchkey_web_view_new(&messages), let messages = unsafe messages else { return nil }
        widget = unsafe Widget(view)
        widget.expand()
        typealias Pointer = UnsafeMutableRawPointer
        let callback: @convention(c) (Pointer?, Pointer?, Pointer?) -> Void = { _, value, data in
            guard let data = unsafe data, let text = unsafe latchkey_message_text(value) else { return }
            unsafe Unmanaged<Receiver>.fromOpaque(data).takeUnretainedValue().receive(String(cString: text))
            unsafe g_free(text)
        }
        // One more for every view: it is as small as its closure.
        let data = unsafe Unmanaged.passRetained(Receiver(receive)).toOpaque()
        unsafe g_signal_connect_data(
            messages,
            "script-message-received::latchkey",
            unsafeBitCast(callback, to: GCallback.self),
            data,
            nil,
            GConnectFlags(rawValue: 0)
        )
        // The view has its own reference.
        unsafe g_object_unref(messages)
        unsafe Self.connect(view, "load-failed", fail)
        unsafe Self.connect(view, "web-process-terminated", fail)
    }

    /// Calls an action at a signal of the view; the signal's own values do not matter, and nothing is said to have been handled.
    private static func connect(
        _ view: UnsafeMutablePointer<GtkWidget>,
        _ signal: String,
        _ action: @escaping () -> Void
    ) {
        let callback: @convention(c) (UnsafeMutableRawPointer?) -> gboolean = { data in
            if let data = unsafe data { unsafe Unmanaged<Callback>.fromOpaque(data).takeUnretainedValue().action() }
            return 0
        }
        unsafe g_signal_connect_data(
            view,
            signal,
            unsafeBitCast(callback, to: GCallback.self),
            Unmanaged.passRetained(Callback(action)).toOpaque(),
            nil,
            G_CONNECT_SWAPPED
        )
    }

    /// Shows a page.
    func load(_ address: String) {
        unsafe widget.withPointer { unsafe latchkey_web_view_load($0, address) }
    }

    /// A closure that C can point to.
    private final class Receiver {
        let receive: (String) -> Void

        init(_ receive: @escaping (String) -> Void) {
            self.receive = receive
        }
    }
}
