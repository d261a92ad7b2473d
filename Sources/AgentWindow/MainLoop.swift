internal import CGTK

/// GTK's main loop.
@safe final class MainLoop {
    let pointer: UnsafeMutablePointer<GtkApplication>

    init(identifier: String) {
        // The client starts one window; no session bus is needed to find another.
        guard let pointer = unsafe gtk_application_new(identifier, G_APPLICATION_NON_UNIQUE) else {
            preconditionFailure("GTK is out of memory")
        }
        unsafe self.pointer = unsafe pointer
    }

    /// Runs until the last window is closed.
    func run(onStart: @escaping () -> Void) {
        let callback: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?) -> Void = { _, data in
            guard let data = unsafe data else { return }
            unsafe Unmanaged<Callback>.fromOpaque(data).takeUnretainedValue().action()
        }
        let data = unsafe Unmanaged.passRetained(Callback(onStart)).toOpaque()
        unsafe g_signal_connect_data(
            pointer,
            "activate",
            unsafeBitCast(callback, to: GCallback.self),
            data,
            nil,
            GConnectFlags(rawValue: 0)
        )
        let application = unsafe UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: GApplication.self)
        unsafe _ = g_application_run(application, 0, nil)
    }

    /// Runs something on the thread of the main loop, from any thread.
    static func perform(_ action: @escaping @Sendable () -> Void) {
        let callback: GSourceFunc = { data in
            guard let data = unsafe data else { return 0 }
            unsafe Unmanaged<Callback>.fromOpaque(data).takeRetainedValue().action()
            return 0
        }
        unsafe _ = g_idle_add(callback, Unmanaged.passRetained(Callback(action)).toOpaque())
    }
}
