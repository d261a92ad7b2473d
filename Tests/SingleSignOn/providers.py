"""OpenID Connect providers that nobody here wrote, each as a process of its own on a loopback port."""
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "Clients"))

from playwright.sync_api import Error
from server import GROUP, free_port

PROGRAMS = pathlib.Path(os.environ["SSO_PROGRAMS"]).absolute()
PASSWORD = "correct horse battery"
# Who has an account there: user name to e-mail address.
PEOPLE = {"joe": "joe@people.example", "sue": "sue@people.example", "eve": "eve@people.example"}


class Provider:
    """A provider; `connect` has the options with which a group connects it."""

    title = client = ""
    protocol = "OpenID Connect"
    secret = None
    connect = []

    def __init__(self, folder):
        self.folder = pathlib.Path(folder) / type(self).__name__.lower()
        self.folder.mkdir()
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.process = None

    def probe(self):
        """An address that answers once it runs."""
        return self.issuer + "/.well-known/openid-configuration"

    def connect_to(self, server):
        """Connects it with the group."""
        arguments = ["--group", GROUP, "--issuer", self.issuer, "--client-id", self.client, "--name", self.title]
        if self.secret:
            secret = self.folder / "secret"
            secret.write_text(self.secret + "\n")
            arguments += ["--client-secret-file", str(secret)]
        return json.loads(server.command("oidc", "connect", *arguments, *self.connect, "--json"))

    def disconnect_from(self, server):
        server.command("oidc", "disconnect", "--group", GROUP, "--issuer", self.issuer, "--audience", self.client)

    def prepare(self, redirect_uri):
        """Makes accounts and the client, where that is done before it runs."""

    def command(self):
        raise NotImplementedError

    def environment(self):
        return dict(os.environ)

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log, env=self.environment(), cwd=self.folder)
        for _ in range(600):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(self.probe(), timeout=2).close()
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(f"{self.title} does not start: {(self.folder / 'log').read_text()[-2000:]}")

    def stop(self):
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def enter(self, page, user):
        """What somebody does on its pages to sign in."""
        raise NotImplementedError


class Mock(Provider):
    """oidc-provider-mock: any secret, and whoever one says one is. It makes new keys at every start."""

    title = "Mock & Sons"
    client = "latchkey"
    secret = "any secret will do"
    connect = ["--claim", "sub"]

    def command(self):
        return [PROGRAMS / "oidc-provider-mock", "--port", str(self.port)]

    def enter(self, page, user):
        page.fill("input[name=sub]", user)
        page.get_by_role("button", name="Authorize").click()


class Nano(Provider):
    """nanoidp, in its strictest profile: the secret in the form, and users by name."""

    title = "Nano"
    client = "latchkey"
    secret = "s3cret: %+&"
    connect = ["--claim", "sub", "--user-is", "username", "--client-secret-in", "post"]

    def prepare(self, redirect_uri):
        folder = self.folder / "config"
        subprocess.run([PROGRAMS / "nanoidp", "init", folder], check=True, stdout=subprocess.DEVNULL)
        client = {
            "client_id": self.client,
            "client_secret": self.secret,
            "redirect_uris": [redirect_uri],
            "token_endpoint_auth_method": "client_secret_post",
        }
        settings = {
            "config_version": 1,
            "server": {"host": "127.0.0.1", "port": self.port},
            "oauth": {"issuer": self.issuer, "audience": "api", "clients": [client]},
        }
        users = {name: {"password": PASSWORD, "email": email, "roles": ["USER"]} for name, email in PEOPLE.items()}
        # JSON is YAML.
        (folder / "settings.yaml").write_text(json.dumps(settings))
        (folder / "users.yaml").write_text(json.dumps({"config_version": 1, "users": users}))

    def command(self):
        return [PROGRAMS / "nanoidp", "--config", self.folder / "config", "--profile", "oauth21"]

    def enter(self, page, user):
        page.fill("#username", user)
        page.fill("#password", PASSWORD)
        page.click("button[type=submit]")


class Canaille(Provider):
    """canaille on SQLite: its answers name it (RFC 9207), and it asks for consent; users are known by their names.

    The secret is in the header field, with characters that have to be encoded there.
    """

    title = "Canaille"
    client = "latchkey"
    secret = "canaille's s3cret: %+&"
    # Its keys name no algorithm, and it signs with this one.
    connect = ["--claim", "sub", "--user-is", "username", "--algorithm", "RS512"]

    def environment(self):
        return dict(os.environ) | {"CANAILLE_CONFIG": str(self.folder / "canaille.toml")}

    def call(self, *arguments):
        done = subprocess.run(
            [PROGRAMS / "canaille", *arguments],
            env=self.environment(),
            capture_output=True,
            text=True,
            cwd=self.folder,
        )
        if done.returncode:
            raise RuntimeError(f"canaille {arguments[0]}: {done.stderr[-2000:]}")
        return done.stdout

    def prepare(self, redirect_uri):
        settings = [
            'SECRET_KEY = "a secret of the provider"', f'SERVER_NAME = "127.0.0.1:{self.port}"',
            'PREFERRED_URL_SCHEME = "http"', "[CANAILLE]", 'DATABASE = "sql"', 'TIMEZONE = "UTC"', "JAVASCRIPT = false",
            "[CANAILLE_SQL]", f'DATABASE_URI = "sqlite:///{self.folder}/canaille.sqlite"', "[CANAILLE_OIDC]",
        ]
        file = self.folder / "canaille.toml"
        file.write_text("\n".join(settings) + "\n")
        key = json.loads(self.call("jwk", "create", "rsa").splitlines()[-1])
        members = ", ".join(f"{name} = {json.dumps(value)}" for name, value in key.items())
        file.write_text("\n".join(settings) + f"\nACTIVE_JWKS = [{{{members}}}]\n")
        self.call("install")
        # One program for all of them: each start of it takes seconds.
        script = self.folder / "people.py"
        script.write_text(PEOPLE_OF_CANAILLE)
        data = {"people": PEOPLE, "password": PASSWORD, "redirect_uri": redirect_uri, "secret": self.secret}
        subprocess.run(
            [PROGRAMS / "python", script],
            input=json.dumps(data),
            text=True,
            check=True,
            env=self.environment(),
            stderr=subprocess.DEVNULL,
        )

    def command(self):
        return [PROGRAMS / "canaille", "run", "--bind", f"127.0.0.1:{self.port}"]

    def enter(self, page, user):
        page.fill("input[name=login]", user)
        page.get_by_role("button", name="Continue").click()
        page.fill("input[name=password]", PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        # Consent is asked for once.
        try:
            page.wait_for_url(lambda url: not url.startswith(self.issuer) or "/oauth/authorize" in url)
        except Error:
            # A window that was opened for this alone closes when it is done.
            if page.is_closed():
                return
            raise
        if page.url.startswith(self.issuer):
            page.get_by_role("button", name="Accept").click()


PEOPLE_OF_CANAILLE = '''
import datetime
import json
import sys

from canaille import create_app
from canaille.app import models
from canaille.backends import Backend

data = json.load(sys.stdin)
app = create_app(init_backend=True)
with app.app_context(), Backend.instance.session():
    for name, email in data["people"].items():
        Backend.instance.save(models.User(
            user_name=name, formatted_name=name.title(), family_name=name.title(), emails=[email],
            password=data["password"],
        ))
    client = models.Client(
        client_id="latchkey", client_secret=data["secret"], client_name="Latchkey",
        client_id_issued_at=datetime.datetime.now(datetime.timezone.utc), redirect_uris=[data["redirect_uri"]],
        grant_types=["authorization_code"], response_types=["code"], scope=["openid", "profile", "email"],
        token_endpoint_auth_method="client_secret_basic",
    )
    Backend.instance.save(client)
    # Without it, its tokens are for nobody: "aud": [].
    client.audience = [client]
    Backend.instance.save(client)
'''
