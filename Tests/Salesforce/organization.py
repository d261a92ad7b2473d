"""A small Salesforce organization on two origins: Lightning's, whose record page frames a Visualforce page, and Visualforce's,
with pages, static resources and remote actions. What it answers follows Salesforce's documents; it is not Salesforce."""
import base64
import hashlib
import hmac
import html
import http.server
import json
import pathlib
import re
import ssl
import threading
import traceback
import urllib.parse

from engine import Refusal
from postback import Stale, Views
from visualforce import SOURCES, MarkupError, Page

HERE = pathlib.Path(__file__).parent
PAGES = {"Lead": "LatchkeyLead", "Contact": "LatchkeyContact", "Case": "LatchkeyCase"}
TYPES = {"js": "application/javascript", "css": "text/css", "svg": "image/svg+xml"}
VIEW = "/lightning/r/"


class Org:
    """Serves an engine's organization until it is closed; remembers every body that it has sent."""

    def __init__(self, engine, certificate, key):
        self.engine, self.sent, self.calls, self.errors = engine, [], [], []
        self.csrf, self.views = "VmpFPSxNakF5Tmk", Views(engine)
        self.consumer_secret, self.canvas_url = "1955279925675241571", ""
        org = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                org.answer(self, None)

            def do_POST(self):
                org.answer(self, self.rfile.read(int(self.headers.get("content-length", 0))))

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        port = self.server.server_port
        self.lightning = f"https://acme.lightning.test:{port}"
        self.visualforce = f"https://acme--c.vf.test:{port}"
        # The customer's page, on a third site; no part of the organization.
        self.shop, self.shop_page = f"https://shop.example.test:{port}/", ""
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def record_page(self, record_id, object_name):
        return f"{self.lightning}{VIEW}{object_name}/{record_id}/view"

    # Requests

    def answer(self, request, body):
        url = urllib.parse.urlsplit(request.path)
        host = request.headers["host"].partition(":")[0]
        sites = {"acme--c.vf.test": self.on_visualforce, "acme.lightning.test": self.on_lightning}
        try:
            status, kind, text, headers = sites.get(host, self.on_shop)(request, url, body)
        except Exception as error:
            self.errors.append("".join(traceback.format_exception(error)[-3:]))
            status, kind, text, headers = 500, "text/plain", "", {}
        self.sent.append(text)
        request.send_response(status)
        for name, value in {"content-type": kind + "; charset=utf-8", "cache-control": "no-store", **headers}.items():
            request.send_header(name, value)
        request.send_header("content-length", str(len(text.encode())))
        request.end_headers()
        request.wfile.write(text.encode())

    def on_shop(self, request, url, body):
        return 200, "text/html", self.shop_page, {}

    def on_lightning(self, request, url, body):
        if url.path.startswith(VIEW):
            object_name, record_id, _ = url.path.removeprefix(VIEW).split("/")
            policy = f"default-src 'self' 'unsafe-inline'; frame-src 'self' {self.visualforce}"
            return 200, "text/html", self.record(object_name, record_id), {"content-security-policy": policy}
        if url.path.startswith("/canvas/"):
            return 200, "text/html", self.canvas(*url.path.split("/")[2:], url.query), {}
        if url.path.startswith("/apex/"):
            return 302, "text/plain", "", {"location": self.visualforce + request.path}
        return 404, "text/plain", "", {}

    def record(self, object_name, record_id):
        """The record page, with the Lightning component where an administrator has put it."""
        source = (SOURCES / "lwc/latchkeyPanel/latchkeyPanel.js").read_text()
        source = re.sub(r"^import .*$", "class LightningElement {}", source, flags=re.MULTILINE)
        source = source.replace("@api ", "").replace("export default class", "window.Component = class")
        values = json.dumps({"recordId": record_id, "objectApiName": object_name}).replace("<", "\\u003C")
        return f"""<!DOCTYPE html><meta charset="utf-8"><title>{html.escape(object_name)} | Salesforce</title>
<h1>{html.escape(object_name)}</h1><div id="region"></div>
<script>{source}</script>
<script>
const component = Object.assign(new Component(), {values});
if (component.source) {{
  const frame = document.createElement("iframe");
  frame.title = "Latchkey";
  frame.src = component.source;
  frame.style = component.frameStyle;
  document.getElementById("region").append(frame);
}}
</script>"""

    def canvas(self, object_name, record_id, from_page):
        """A record page with the Canvas app in its layout; the query is what the browser would like the parameters to be."""
        try:
            parameters = self.engine.canvas_parameters(urllib.parse.unquote(from_page) or "{}")
        except Refusal as refusal:
            return "<!DOCTYPE html><p id=refusal>" + html.escape(str(refusal))
        user = self.engine.user
        context = {
            "algorithm": "HMACSHA256",
            "context": {
                "user": {"userId": user["Id"], "userName": user["Username"], "fullName": "Dana", "email": user["Username"]},
                "organization": {"organizationId": self.engine.platform.organization_id},
                "environment": {
                    "parameters": json.loads(parameters),
                    "record": {"Id": record_id, "attributes": {"type": object_name}},
                },
            },
        }
        body = base64.b64encode(json.dumps(context).encode())
        signature = base64.b64encode(hmac.new(self.consumer_secret.encode(), body, hashlib.sha256).digest())
        return f"""<!DOCTYPE html><meta charset="utf-8"><title>Canvas</title><iframe name="canvas" title="Latchkey"></iframe>
<form method="post" action="{html.escape(self.canvas_url)}" target="canvas"><input name="signed_request" type="hidden"
value="{(signature + b"." + body).decode()}"></form><script>document.forms[0].submit()</script>"""

    def on_visualforce(self, request, url, body):
        if url.path == "/apex/LatchkeySettings":
            return self.settings_page(request, body)
        if url.path.startswith("/apex/"):
            return self.page(url)
        if url.path.startswith("/resource/"):
            found = list((SOURCES / "staticresources").glob(url.path.rpartition("/")[2] + ".[jcs]*[sg]"))
            if len(found) != 1:
                return 404, "text/plain", "", {}
            return 200, TYPES[found[0].suffix[1:]], found[0].read_text(), {}
        if url.path == "/remoting.js":
            return 200, TYPES["js"], (HERE / "remoting.js").read_text(), {}
        if url.path == "/apexremote" and request.command == "POST":
            return 200, "application/json", json.dumps([self.call(json.loads(body))]), {}
        return 404, "text/plain", "", {}

    def page(self, url):
        name = url.path.removeprefix("/apex/")
        record_id = urllib.parse.parse_qs(url.query).get("id", [""])[0]
        if name not in PAGES.values():
            return 404, "text/plain", "", {}
        panel = self.engine.panel(record_id)
        context = html.escape(json.dumps({"csrf": self.csrf, "vid": "066000000000001", "ns": "", "ver": 66}))
        remoting = f'<script src="/remoting.js" data-context="{context}"></script>'
        try:
            text = Page(name, {"thePanel": panel}).render(remoting)
        except MarkupError as error:
            self.errors.append(f"{name}: {error}")
            return 500, "text/plain", "", {}
        return 200, "text/html", text, {"content-security-policy": f"frame-ancestors {self.lightning}"}

    def settings_page(self, request, body):
        name = "LatchkeySettings"
        try:
            if request.command == "POST":
                text = self.views.post(name, dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True)))
            else:
                text = self.views.get(name)
        except Stale:
            return 403, "text/html", "<!DOCTYPE html><p id=refusal>The link you followed isn't valid.", {}
        return 200, "text/html", text, {"content-security-policy": f"frame-ancestors {self.lightning}"}

    def call(self, call):
        """A remote action: every public method with the annotation, with whatever arguments the caller likes."""
        answer = {"type": "rpc", "tid": call["tid"], "ref": False, "action": call["action"], "method": call["method"]}
        if call["ctx"].get("csrf") != self.csrf or (call["action"], call["method"]) != ("LatchkeyPanelController", "click"):
            return answer | {"type": "exception", "statusCode": 400, "message": "Remote action is not allowed.", "where": ""}
        self.calls.append(call["data"])
        try:
            return answer | {"statusCode": 200, "result": self.engine.click(*call["data"])}
        except Refusal as refusal:
            return answer | {"type": "exception", "statusCode": 400, "message": str(refusal), "where": ""}
