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
        // The application is a GObject with this signal, and ours until the process ends.
        unsafe Signal.connect(pointer, "activate", onStart)
        let application = unsafe UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: GApplication.self)
        unsafe _ = g_application_run(application, 0, nil)
    }

    /// Runs something on the thread of the main loop, from any thread.
    static func perform(_ action: @escaping @Sendable () -> Void) {
        let callback: GSourceFunc = { data in
            // It is the action that was retained for this one call; 0 says that there is no other.
            guard let data = unsafe data else { return 0 }
            unsafe Unmanaged<Signal.Action<Void>>.fromOpaque(data).takeRetainedValue().perform(())
            return 0
        }
        // Any thread may add a source; the callback takes what is retained here.
        unsafe _ = g_idle_add(callback, Unmanaged.passRetained(Signal.Action<Void>(action)).toOpaque())
    }
}
