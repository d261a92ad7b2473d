"""PyPI's aiosmtpd as a company's mail server: it wants TLS and a password, and keeps each mail as a file.

Usage: mailbox.py PORT CERTIFICATE KEY USERNAME PASSWORD FOLDER starttls|smtps
Addresses that begin with `full` are refused for now, those that begin with `gone` for good.
"""
import itertools
import json
import pathlib
import ssl
import sys
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

port, certificate, key, username, password, folder, kind = sys.argv[1:]


class Keep:
    numbers = itertools.count(1)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("full"):
            return f"452 4.2.2 <{address}> is over quota"
        if address.startswith("gone"):
            return f"550 5.1.1 <{address}> is not here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        name = f"{next(self.numbers):04}"
        text = envelope.content.decode("ascii")
        mail = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "text": text, "tls": session.ssl is not None or kind == "smtps"}
        path = pathlib.Path(folder, name + ".new")
        path.write_text(json.dumps(mail))
        path.rename(path.with_suffix(".json"))
        return f"250 2.0.0 kept as {name}"


def authenticate(server, session, envelope, mechanism, data):
    isRight = mechanism == "PLAIN" and (data.login, data.password) == (username.encode(), password.encode())
    return AuthResult(success=isRight, handled=isRight)


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
common = {"hostname": "127.0.0.1", "port": int(port), "authenticator": authenticate, "auth_required": True}
if kind == "smtps":
    controller = Controller(Keep(), ssl_context=context, auth_require_tls=False, **common)
else:
    controller = Controller(Keep(), tls_context=context, require_starttls=True, **common)
controller.start()
print("ready", flush=True)
threading.Event().wait()
