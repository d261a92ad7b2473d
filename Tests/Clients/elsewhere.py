"""A page of another site."""
import contextlib
import http.server
import threading


@contextlib.contextmanager
def elsewhere(content, host):
    """Serves an HTML page from a thread of its own; gives its origin.

    `localhost` is another site than 127.0.0.1: frames of the one in pages of the other are those of a third party.
    """

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(content.encode())

        def log_message(self, *_):
            pass

    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    try:
        yield f"http://{host}:{site.server_port}"
    finally:
        site.shutdown()
