#include <dlfcn.h>
#include <gtk/gtk.h>

/* WebKitGTK 6, as far as the window needs it. It is loaded where it is installed: the window does without it too. */

static inline void *latchkey_webkit(const char *name) {
    static void *library;
    if (!library) library = dlopen("libwebkitgtk-6.0.so.4", RTLD_NOW | RTLD_LOCAL);
    return library ? dlsym(library, name) : NULL;
}

/* A web view that keeps nothing, with the message handler `latchkey` for its pages; NULL where there is no WebKitGTK 6.
   The object `messages` emits "script-message-received::latchkey" with a JSCValue. */
static inline GtkWidget *latchkey_web_view_new(GObject **messages) {
    GType (*type)(void) = (GType (*)(void))latchkey_webkit("webkit_web_view_get_type");
    GObject *(*session)(void) = (GObject *(*)(void))latchkey_webkit("webkit_network_session_new_ephemeral");
    GObject *(*manager)(void) = (GObject *(*)(void))latchkey_webkit("webkit_user_content_manager_new");
    gboolean (*listen)(GObject *, const char *, const char *) =
        (gboolean (*)(GObject *, const char *, const char *))latchkey_webkit(
            "webkit_user_content_manager_register_script_message_handler");
    if (!type || !session || !manager || !listen) return NULL;
    GObject *own = session();
    *messages = manager();
    listen(*messages, "latchkey", NULL);
    GtkWidget *view =
        g_object_new(type(), "network-session", own, "user-content-manager", *messages, NULL);
    g_object_unref(own);
    return view;
}

static inline void latchkey_web_view_load(GtkWidget *view, const char *address) {
    void (*load)(GtkWidget *, const char *) =
        (void (*)(GtkWidget *, const char *))latchkey_webkit("webkit_web_view_load_uri");
    if (load) load(view, address);
}

/* The text of a message, to be freed with g_free. */
static inline char *latchkey_message_text(void *value) {
    char *(*text)(void *) = (char *(*)(void *))latchkey_webkit("jsc_value_to_string");
    return text ? text(value) : NULL;
}

static inline int latchkey_has_webkit(void) { return latchkey_webkit("webkit_web_view_get_type") != NULL; }
