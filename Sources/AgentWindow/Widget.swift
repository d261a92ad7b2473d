internal import CGTK

/// A GTK widget, as far as the window needs one.
///
/// All calls of GTK's C interface are here and in `MainLoop`, those of WebKit's in `WebView`.
@safe struct Widget {
    private let pointer: UnsafeMutablePointer<GtkWidget>

    init(_ pointer: UnsafeMutablePointer<GtkWidget>?) {
        guard let pointer = unsafe pointer else { preconditionFailure("GTK is out of memory") }
        unsafe self.pointer = unsafe pointer
    }

    /// Lends the pointer, for the time of a call.
    func withPointer(_ body: (UnsafeMutablePointer<GtkWidget>) -> Void) {
        unsafe body(pointer)
    }

    private var opaque: OpaquePointer { unsafe OpaquePointer(pointer) }

    private func cast<Target>(to type: Target.Type) -> UnsafeMutablePointer<Target> {
        // GObject's casts: every pointer to a subclass is one to its superclass.
        unsafe UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: type)
    }
}

// MARK: Kinds of widgets

extension Widget {
    static func window(in application: MainLoop, title: String, width: Int32, height: Int32) -> Self {
        let widget = unsafe Self(gtk_application_window_new(application.pointer))
        unsafe gtk_window_set_title(widget.cast(to: GtkWindow.self), title)
        unsafe gtk_window_set_default_size(widget.cast(to: GtkWindow.self), width, height)
        return widget
    }

    static func column(_ children: [Self], spacing: Int32 = 8, margin: Int32 = 0) -> Self {
        box(GTK_ORIENTATION_VERTICAL, children, spacing, margin)
    }

    static func row(_ children: [Self], spacing: Int32 = 8, margin: Int32 = 0) -> Self {
        box(GTK_ORIENTATION_HORIZONTAL, children, spacing, margin)
    }

    private static func box(_ orientation: GtkOrientation, _ children: [Self], _ spacing: Int32, _ margin: Int32)
        -> Self
    {
        let widget = unsafe Self(gtk_box_new(orientation, spacing))
        unsafe gtk_widget_set_margin_start(widget.pointer, margin)
        unsafe gtk_widget_set_margin_end(widget.pointer, margin)
        unsafe gtk_widget_set_margin_top(widget.pointer, margin)
        unsafe gtk_widget_set_margin_bottom(widget.pointer, margin)
        for child in children {
            unsafe gtk_box_append(widget.cast(to: GtkBox.self), child.pointer)
        }
        return widget
    }

    /// Text that wraps; it is shown as it is, never read as markup.
    static func label(_ classes: String...) -> Self {
        let widget = unsafe Self(gtk_label_new(""))
        unsafe gtk_label_set_wrap(widget.opaque, 1)
        unsafe gtk_label_set_wrap_mode(widget.opaque, PANGO_WRAP_WORD_CHAR)
        unsafe gtk_label_set_xalign(widget.opaque, 0)
        unsafe gtk_label_set_selectable(widget.opaque, 1)
        unsafe gtk_widget_set_can_focus(widget.pointer, 0)
        unsafe gtk_widget_set_valign(widget.pointer, GTK_ALIGN_START)
        for name in classes {
            unsafe gtk_widget_add_css_class(widget.pointer, name)
        }
        return widget
    }

    static func button(_ title: String, _ classes: String..., action: @escaping () -> Void) -> Self {
        let widget = unsafe Self(gtk_button_new_with_mnemonic(title))
        for name in classes {
            unsafe gtk_widget_add_css_class(widget.pointer, name)
        }
        widget.connect("clicked", action)
        return widget
    }

    static func entry(_ placeholder: String, onReturn: @escaping () -> Void) -> Self {
        let widget = unsafe Self(gtk_entry_new())
        unsafe gtk_entry_set_placeholder_text(widget.cast(to: GtkEntry.self), placeholder)
        unsafe gtk_entry_set_max_length(widget.cast(to: GtkEntry.self), 1000)
        unsafe gtk_widget_set_hexpand(widget.pointer, 1)
        widget.connect("activate", onReturn)
        return widget
    }

    /// A child that may be higher than its place.
    static func scrolling(_ child: Self) -> Self {
        let widget = unsafe Self(gtk_scrolled_window_new())
        unsafe gtk_scrolled_window_set_child(widget.opaque, child.pointer)
        unsafe gtk_scrolled_window_set_policy(widget.opaque, GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC)
        unsafe gtk_widget_set_vexpand(widget.pointer, 1)
        return widget
    }

    private func connect(_ signal: String, _ action: @escaping () -> Void) {
        unsafe Signal.connect(pointer, signal, action)
    }
}

// MARK: What widgets show

extension Widget {
    func setChild(_ child: Self) {
        unsafe gtk_window_set_child(cast(to: GtkWindow.self), child.pointer)
    }

    func present() {
        unsafe gtk_window_present(cast(to: GtkWindow.self))
    }

    func setTitle(_ title: String) {
        unsafe gtk_window_set_title(cast(to: GtkWindow.self), title)
    }

    func setText(_ text: String) {
        unsafe gtk_label_set_text(opaque, text)
    }

    /// Takes all the room that there is.
    func expand() {
        unsafe gtk_widget_set_hexpand(pointer, 1)
        unsafe gtk_widget_set_vexpand(pointer, 1)
    }

    /// Makes the window as large as that, in pixels.
    func resize(width: Int32, height: Int32) {
        unsafe gtk_window_set_default_size(cast(to: GtkWindow.self), width, height)
    }

    /// Adds a child at the end of a row or column.
    func append(_ child: Self) {
        unsafe gtk_box_append(cast(to: GtkBox.self), child.pointer)
    }

    /// Takes a child out of a row or column; it is gone with that, if nothing else holds it.
    func remove(_ child: Self) {
        unsafe gtk_box_remove(cast(to: GtkBox.self), child.pointer)
    }

    func setVisible(_ isVisible: Bool) {
        unsafe gtk_widget_set_visible(pointer, isVisible ? 1 : 0)
    }

    func focus() {
        unsafe _ = gtk_widget_grab_focus(pointer)
    }

    /// What was typed into an entry, which is empty afterwards.
    func takeText() -> String {
        guard let text = unsafe gtk_editable_get_text(opaque) else { return "" }
        let taken = unsafe String(cString: text)
        unsafe gtk_editable_set_text(opaque, "")
        return taken
    }
}
