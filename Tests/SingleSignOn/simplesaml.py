"""Debian's SimpleSAMLphp as a SAML provider, under PHP's own server on a loopback port."""
import json
import os
import re
import subprocess
import urllib.request

from providers import PASSWORD, PEOPLE, Provider
from server import GROUP

PROGRAM = "/usr/share/simplesamlphp/www"


class Simple(Provider):
    """SimpleSAMLphp: it refuses requests that are not signed, and signs responses and assertions."""

    title = "Simple & Sons"
    protocol = "SAML"

    def __init__(self, folder):
        super().__init__(folder)
        self.entity_id = "https://idp.people.example/"

    def probe(self):
        return self.issuer + "/saml2/idp/metadata.php"

    def write(self, name, *statements):
        (self.folder / name).write_text("<?php\n" + "\n".join(statements) + "\n")

    def prepare(self, _):
        for name in ("certificates", "logs", "data", "tmp", "metadata"):
            (self.folder / name).mkdir()
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "idp.pem", "-out", "idp.crt", "-days", "30",
             "-subj", "/CN=idp"],
            cwd=self.folder / "certificates", check=True, capture_output=True,
        )
        settings = {
            "baseurlpath": self.issuer + "/", "certdir": f"{self.folder}/certificates/", "loggingdir": f"{self.folder}/logs/",
            "datadir": f"{self.folder}/data/", "tempdir": f"{self.folder}/tmp", "metadatadir": f"{self.folder}/metadata",
            "secretsalt": "salt of the test", "auth.adminpassword": "not used", "timezone": "UTC",
            "technicalcontact_email": "na@people.example", "logging.handler": "errorlog", "enable.saml20-idp": True,
            "module.enable": {"exampleauth": True, "core": True, "saml": True}, "session.cookie.secure": False,
            "session.cookie.samesite": None, "store.type": "phpsession", "session.phpsession.savepath": f"{self.folder}/tmp",
            "metadata.sources": [{"type": "flatfile"}], "language.default": "en", "theme.use": "default",
        }
        people = {f"{name}:{PASSWORD}": {"uid": [name], "mail": [email]} for name, email in PEOPLE.items()}
        self.write("config.php", f"$config = json_decode({php(settings)}, true);")
        source = f"$config = ['people' => array_merge(['exampleauth:UserPass'], json_decode({php(people)}, true))];"
        self.write("authsources.php", source)
        hosted = {
            "host": "__DEFAULT__", "privatekey": "idp.pem", "certificate": "idp.crt", "auth": "people",
            "validate.authnrequest": True,
        }
        self.write("metadata/saml20-idp-hosted.php", f"$metadata['{self.entity_id}'] = json_decode({php(hosted)}, true);")
        self.write("metadata/saml20-sp-remote.php")

    def command(self):
        return ["php", "-S", f"127.0.0.1:{self.port}", "-t", PROGRAM]

    def environment(self):
        return dict(os.environ) | {"SIMPLESAMLPHP_CONFIG_DIR": str(self.folder)}

    def connect_to(self, server, *options):
        """Connects it, and tells it of the server what the server's own metadata says."""
        arguments = ["--group", GROUP, "--metadata-url", self.probe(), "--name", self.title, "--claim", "uid", "--json"]
        row = json.loads(server.command("saml", "connect", *arguments, *options))
        document = urllib.request.urlopen(row["address"], timeout=10).read().decode()
        ours = {
            "AssertionConsumerService": found(r'Location="([^"]*)"', document),
            "certData": found(r"X509Certificate>([^<]*)<", document),
            "validate.authnrequest": True,
            "saml20.sign.assertion": True,
        }
        name = found(r'entityID="([^"]*)"', document)
        self.write("metadata/saml20-sp-remote.php", f"$metadata['{name}'] = json_decode({php(ours)}, true);")
        return row

    def disconnect_from(self, server):
        server.command("saml", "disconnect", "--group", GROUP, "--issuer", self.entity_id)

    def enter(self, page, user):
        page.fill("input[name=username]", user)
        page.fill("input[name=password]", PASSWORD)
        page.locator("#submit_button, button[type=submit]").first.click()


def found(pattern, text):
    return re.search(pattern, text).group(1)


def php(value):
    """A value as JSON in a PHP text."""
    return "'" + json.dumps(value).replace("\\", "\\\\").replace("'", "\\'") + "'"
