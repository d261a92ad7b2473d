"""Security keys in Chromium, with its virtual authenticator: added, used, removed, asked of administrators, in frames."""

import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "Clients"))

from elsewhere import elsewhere
from playwright.sync_api import expect

GROUP = "12345"
PASSWORD = "correct horse"


class NamedServer:
    """`latchkey serve` at http://localhost: browsers use security keys at names only."""

    def __init__(self, program):
        self.program = program
        self.folder = tempfile.TemporaryDirectory()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://localhost:{port}"
        self.environment = {
            **os.environ, "LATCHKEY_DATABASE_PATH": f"{self.folder.name}/latchkey.sqlite",
            "LATCHKEY_MASTER_KEY_FILE": f"{self.folder.name}/latchkey.key", "LATCHKEY_HTTP_PORT": str(port),
            "LATCHKEY_HTTP_PUBLIC_URL": self.address,
        }
        self.command("group", "create", GROUP, "--name", "Acme", "--origin", "https://crm.example")
        for name, rights in [("dana", []), ("bo", ["--administrator"])]:
            self.command("user", "add", "--group", GROUP, "--puid", name, "--username", name, *rights)
            self.command("user", "password", name, "--group", GROUP, "--password-file", "-", standard_input=PASSWORD)
        log = open(f"{self.folder.name}/log", "w")
        self.process = subprocess.Popen([program, "serve"], env=self.environment, stdout=log, stderr=log)
        for _ in range(200):
            try:
                urllib.request.urlopen(self.address + "/readyz").read()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError(open(log.name).read())

    def command(self, *words, standard_input=None):
        return subprocess.run(
            [self.program, *words], env=self.environment, check=True, capture_output=True, text=True, input=standard_input
        ).stdout.strip()

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Authenticator:
    """A security key that is plugged in where a page is shown, and touched whenever it asks for that."""

    def __init__(self, page, credentials=()):
        self.session = page.context.new_cdp_session(page)
        self.session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "hasUserVerification": False,
            "automaticPresenceSimulation": True,
        }
        self.id = self.session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
        for credential in credentials:
            self.session.send("WebAuthn.addCredential", {"authenticatorId": self.id, "credential": credential})

    def credentials(self):
        return self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"]


def enter(look, page, path, user="dana"):
    look.open(path, page)
    page.fill("#username", user)
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")


def add(look, page, name, user):
    """Adds a key by the keyboard, at the page that asks for one; the key, and the recovery codes."""
    key = Authenticator(page)
    expect(page.get_by_role("heading", name="Add a security key")).to_be_visible()
    look.look(f"security-key-new-{user}", page)
    page.fill("#securitykeyname", name)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Keep these recovery codes")).to_be_visible()
    return key, page.locator(".codes code").all_inner_texts()


def security_keys(look):
    server = NamedServer(look.server.program)
    look.server = server
    try:
        key, recovery = a_key_is_added(look, server)
        a_key_signs_in(look, server, key, recovery)
        a_copy_of_a_key(look, server, key)
        without_keys(look, recovery)
        in_a_frame(look, server, key)
        keys_of_administrators(look, server)
        a_key_is_removed(look, server, key)
    finally:
        server.stop()
    # What is refused is said so, and a frame of another site gets no focus by itself.
    heard = ("401", "Blocked autofocusing")
    look.found = [line for line in look.found if not (line.startswith("console:") and any(word in line for word in heard))]


def a_key_is_added(look, server):
    page = look.page
    enter(look, page, "/login/second-factor")
    expect(page.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    look.look("second-factor-or-key")
    page.get_by_role("button", name="Use a security key instead of an app").click()
    key, recovery = add(look, page, "Blue key", "dana")
    page.click("#continue")
    expect(page.get_by_role("heading", name="Blue key")).to_be_visible()
    expect(page.locator("main")).to_contain_text("not used yet")
    look.look("second-factor-with-keys")
    listed = json.loads(server.command("user", "security-keys", "list", "dana", "--group", GROUP, "--json"))
    assert [row["name"] for row in listed] == ["Blue key"], listed
    # The same key once more.
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Add another security key").click()
    expect(page.get_by_role("heading", name="Use your security key")).to_be_visible()
    page.click("#key-use")
    expect(page.get_by_role("heading", name="Add a security key")).to_be_visible()
    page.click("#key-use")
    expect(page.locator("#key-state")).to_contain_text("You have this security key already")
    look.look("security-key-known")
    return key, recovery


def a_key_signs_in(look, server, key, recovery):
    page = look.another()
    empty = Authenticator(page)
    enter(look, page, "/login/default.aspx")
    expect(page.get_by_role("heading", name="Use your security key")).to_be_visible()
    expect(page.locator("#key-use")).to_be_focused()
    expect(page.locator("label[for=code]")).to_have_text("Recovery code")
    look.look("security-key", page)
    page.keyboard.press("Enter")
    expect(page.locator("#key-state")).to_contain_text("Try again")
    look.look("security-key-missing", page)
    assert not empty.credentials()
    empty.session.send(
        "WebAuthn.addCredential", {"authenticatorId": empty.id, "credential": key.credentials()[0]}
    )
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Signed in")).to_be_visible()
    listed = json.loads(server.command("user", "security-keys", "list", "dana", "--group", GROUP, "--json"))
    assert listed[0]["counter"] > 1 and listed[0]["lastUsed"], listed
    other = look.another()
    enter(look, other, "/login/default.aspx")
    other.fill("#code", recovery[0])
    other.get_by_role("button", name="Sign in", exact=True).click()
    expect(other.get_by_role("heading", name="Signed in")).to_be_visible()


def a_copy_of_a_key(look, server, key):
    page = look.another()
    Authenticator(page, [{**key.credentials()[0], "signCount": 0}])
    enter(look, page, "/login/default.aspx")
    page.click("#key-use")
    expect(page.get_by_role("alert")).to_be_visible()
    look.look("security-key-refused", page)
    assert "counterWentBack" in server.command("audit", "list", "--json")


def without_keys(look, recovery):
    page = look.another()
    page.add_init_script("delete window.PublicKeyCredential")
    enter(look, page, "/login/default.aspx")
    expect(page.locator("#key-state")).to_contain_text("This browser does not support security keys")
    expect(page.locator("#key-use")).to_be_disabled()
    look.look("security-key-no-browser", page)
    page.fill("#code", recovery[1])
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Signed in")).to_be_visible()


def in_a_frame(look, server, key):
    page = look.another()
    address = f"{server.address}/agentjoin/AgentJoin.aspx?groupid={GROUP}"
    content = (
        f'<!doctype html><html lang="en"><title>CRM</title><main><h1>CRM</h1>'
        f'<iframe title="Agent" src="{address}" width="420" height="640"></iframe></main></html>'
    )
    with elsewhere(content, "127.0.0.1") as origin:
        server.command("group", "update", GROUP, "--origin", origin)
        page.goto(origin)
        frame = page.frame_locator("iframe")
        frame.locator("#username").fill("dana")
        frame.locator("#password").fill(PASSWORD)
        frame.locator("button[type=submit]").click()
        expect(frame.locator("#key-use")).to_be_hidden()
        with page.context.expect_page() as opened:
            frame.get_by_role("link", name="Sign in in a new window").click()
        window = opened.value
        Authenticator(window, [{**key.credentials()[0], "signCount": 100}])
        window.fill("#username", "dana")
        window.fill("#password", PASSWORD)
        window.click("button[type=submit]")
        window.click("#key-use")
        expect(frame.get_by_role("heading", name="Join a session")).to_be_visible()
        assert window.is_closed() or window.wait_for_event("close")
        look.count += 1


def keys_of_administrators(look, server):
    server.command("group", "update", GROUP, "--security-keys", "administrators")
    page = look.another()
    enter(look, page, "/login/default.aspx", "bo")
    # The password alone leads to the key and to nothing else.
    _, recovery = add(look, page, "Bo's key", "bo")
    page.click("#continue")
    expect(page.get_by_role("heading", name="Signed in")).to_be_visible()
    other = look.another()
    enter(look, other, "/login/default.aspx", "bo")
    expect(other.get_by_role("heading", name="Use your security key")).to_be_visible()
    other.fill("#code", "123456")
    other.get_by_role("button", name="Sign in", exact=True).click()
    expect(other.get_by_role("alert")).to_be_visible()
    other.fill("#code", recovery[0])
    other.get_by_role("button", name="Sign in", exact=True).click()
    expect(other.get_by_role("heading", name="Signed in")).to_be_visible()
    form = f"username=bo&password={PASSWORD.replace(' ', '+')}&service=webservices&groupid={GROUP}".encode()
    request = urllib.request.Request(server.address + "/services/AuthorizationService.svc/rest/Authorize", form)
    try:
        raise AssertionError(urllib.request.urlopen(request).status)
    except urllib.error.HTTPError as refusal:
        assert refusal.code == 401, refusal.code


def a_key_is_removed(look, server, key):
    page = look.another()
    Authenticator(page, [{**key.credentials()[0], "signCount": 200}])
    enter(look, page, "/login/default.aspx")
    page.click("#key-use")
    expect(page.get_by_role("heading", name="Signed in")).to_be_visible()
    look.open("/login/second-factor", page)
    page.get_by_label("Password, to remove Blue key").fill(PASSWORD)
    page.get_by_role("button", name="Remove Blue key").click()
    page.click("#key-use")
    expect(page.locator("main")).to_contain_text("you have no second factor")
    assert re.search(r"security key \d+ removed", server.command("audit", "list", "--json"))
    last = look.another()
    enter(look, last, "/login/default.aspx")
    expect(last.get_by_role("heading", name="Signed in")).to_be_visible()
