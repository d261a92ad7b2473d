"""A CRM in one file: a page of a record with Latchkey's panel in a frame, for the user who is signed in to the CRM.

Its server signs a token for that user each time the page is loaded, and the page posts it into the frame. Needs openssl.
Usage: python3 samples/crm/crm.py --server URL --user PARTNER_USER_ID --key PRIVATE_KEY [--port 8090]
docs/crm.md says how the key is made and connected.
"""
import argparse
import base64
import html
import http.server
import json
import pathlib
import secrets
import subprocess
import time

ISSUER, AUDIENCE = "crm.example", "latchkey"
# A real CRM takes both from its database.
RECORD, CUSTOMER = "ticket-4711", "Noor Haddad"


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def token(key, user, now):
    """A JWT (RS256) that is good once, for two minutes; `key` is the file of the RSA key."""
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": user, "iat": now, "exp": now + 120, "jti": secrets.token_hex(16)}
    signed = ".".join(base64url(json.dumps(part).encode()) for part in ({"alg": "RS256", "typ": "JWT"}, claims))
    command = ["openssl", "dgst", "-sha256", "-sign", key]
    return f"{signed}.{base64url(subprocess.run(command, input=signed.encode(), capture_output=True, check=True).stdout)}"


def page(server, key, user):
    """The page of the record."""
    text = (pathlib.Path(__file__).parent / "record.html").read_text()
    values = {"SERVER": server, "TOKEN": token(key, user, int(time.time())), "RECORD": RECORD, "CUSTOMER": CUSTOMER}
    for name, value in values.items():
        text = text.replace("{{" + name + "}}", html.escape(value))
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", required=True)
    # A real CRM takes the user from its own session, and never from a request.
    parser.add_argument("--user", required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--port", type=int, default=8090)
    options = parser.parse_args()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = page(options.server, options.key, options.user).encode()
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("cache-control", "no-store")
            self.end_headers()
            self.wfile.write(body)

    print(f"http://127.0.0.1:{options.port}/", flush=True)
    http.server.ThreadingHTTPServer(("127.0.0.1", options.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
