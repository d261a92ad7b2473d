internal import CGTK

/// What happens at the signals of GTK's objects.
///
/// Safe to use: a closure that is connected is retained, and GLib releases it with the object, or when it cannot be connected.
enum Signal {
    /// A closure that C can point to.
    final class Action<Value> {
        let perform: (Value) -> Void

        init(_ perform: @escaping (Value) -> Void) {
            self.perform = perform
        }
    }

    /// Calls an action at a signal, on GTK's thread; the signal's own values do not matter, and where it asks whether it was
    /// handled, it was not.
    ///
    /// - Parameters:
    ///   - object: The object, which has this signal.
    ///   - name: The signal.
    ///   - perform: The action.
    static func connect(_ object: UnsafeMutableRawPointer, _ name: String, _ perform: @escaping () -> Void) {
        // `G_CONNECT_SWAPPED` makes the closure the first argument; C lets those behind it be.
        let callback: @convention(c) (UnsafeMutableRawPointer?) -> gboolean = { data in
            // It is the pointer that was given below, and retained as long as GLib may call.
            if let data = unsafe data {
                unsafe Unmanaged<Action<Void>>.fromOpaque(data).takeUnretainedValue().perform(())
            }
            return 0
        }
        // The callback's form is that of a swapped closure: GLib gives it the action, and takes an answer or leaves it.
        unsafe attach(
            object,
            name,
            unsafeBitCast(callback, to: GCallback.self),
            Action<Void>(perform),
            G_CONNECT_SWAPPED
        )
    }

    /// Connects a callback of C, which gets the action as its last argument, or as its first where they are swapped.
    ///
    /// The callback has to have the signal's own form.
    static func attach<Value>(
        _ object: UnsafeMutableRawPointer,
        _ name: String,
        _ callback: GCallback,
        _ action: Action<Value>,
        _ flags: GConnectFlags = GConnectFlags(rawValue: 0)
    ) {
        let release: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutablePointer<GClosure>?) -> Void = { data, _ in
            // Retained once below; GLib calls this once, and the action never again.
            if let data = unsafe data { unsafe Unmanaged<AnyObject>.fromOpaque(data).release() }
        }
        // What is retained here is released by `release`, also where there is no such signal.
        let data = unsafe Unmanaged.passRetained(action).toOpaque()
        unsafe g_signal_connect_data(object, name, callback, data, release, flags)
    }
}
