internal import CGTK

/// The page of a session in the window, through WebKitGTK 6.
///
/// It keeps nothing: cookies and storage go with it. The web process is WebKit's own, in its sandbox.
struct WebView {
    private typealias Pointer = UnsafeMutableRawPointer

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
        // Both are WebKit's, or neither is there; the view is a GtkWidget, and the messages are ours to let go of.
        guard let view = unsafe latchkey_web_view_new(&messages), let messages = unsafe messages else { return nil }
        widget = unsafe Widget(view)
        widget.expand()
        let callback: @convention(c) (Pointer?, Pointer?, Pointer?) -> Void = { _, value, data in
            // The value is the signal's JSCValue, and its text ours until it is freed.
            guard let data = unsafe data, let text = unsafe latchkey_message_text(value) else { return }
            // It is the action that was connected, which is retained as long as GLib may call.
            let action = unsafe Unmanaged<Signal.Action<String>>.fromOpaque(data).takeUnretainedValue()
            unsafe action.perform(String(cString: text))
            unsafe g_free(text)
        }
        // The form of "script-message-received": the object, the value, the data.
        let form = unsafe unsafeBitCast(callback, to: GCallback.self)
        unsafe Signal.attach(messages, "script-message-received::latchkey", form, Signal.Action(receive))
        // The view has its own reference.
        unsafe g_object_unref(messages)
        unsafe Signal.connect(view, "load-failed", fail)
        unsafe Signal.connect(view, "web-process-terminated", fail)
    }

    /// Shows a page.
    func load(_ address: String) {
        unsafe widget.withPointer { unsafe latchkey_web_view_load($0, address) }
    }
}
