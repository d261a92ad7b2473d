"""A forgotten password, from the click on the login page over a mail to a signed-in agent, in Chromium, with a mail server that nobody
here wrote.

The mail server is PyPI's aiosmtpd, which takes nothing without TLS and a password. SSO_PROGRAMS is the folder of its Python.
"""
import base64
import concurrent.futures
import contextlib
import email
import email.policy
import hmac
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "Clients"))

from axe_core_python.sync_playwright import Axe
from part import Part, contains, equal, until
from playwright.sync_api import expect, sync_playwright
from server import GROUP, PASSWORD, Server, free_port

LOGIN = "/login/default.aspx"
FORGOTTEN = "/login/forgotten"
NEW = "battery staple 测试"
NAME = "O'Hara, <b>Zoë</b> 测试"


class Mailbox:
    """The mail server while the `with` block runs, and what it was sent."""

    def __init__(self, kind, folder):
        self.kind, self.folder, self.port, self.read = kind, pathlib.Path(folder), free_port(), set()
        self.certificate, self.key = self.folder / "cert.pem", self.folder / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
             "/CN=mail", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.key, "-out", self.certificate],
            check=True, capture_output=True)
        for name, text in [("password", "mail password\n"), ("wrong", "another password\n")]:
            (self.folder / name).write_text(text)
            (self.folder / name).chmod(0o600)
        self.settings = {
            "LATCHKEY_MAIL_SERVER": f"{'smtps' if kind == 'smtps' else 'smtp'}://127.0.0.1:{self.port}",
            "LATCHKEY_MAIL_FROM": "Latchkey, Acme's <noreply@support.example>", "LATCHKEY_MAIL_USERNAME": "latchkey",
            "LATCHKEY_MAIL_PASSWORD_FILE": str(self.folder / "password"),
            "LATCHKEY_MAIL_CERTIFICATE_AUTHORITY_FILE": str(self.certificate)}

    def __enter__(self):
        program = [os.environ["SSO_PROGRAMS"] + "/python", str(pathlib.Path(__file__).with_name("mailbox.py"))]
        arguments = [self.port, self.certificate, self.key, "latchkey", "mail password", self.folder, self.kind]
        self.process = subprocess.Popen(program + [str(one) for one in arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        equal(self.process.stdout.readline(), "ready\n")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=30)

    def files(self):
        return sorted(set(self.folder.glob("*.json")) - self.read)

    def mails(self, count):
        """The next mails, as many as are expected."""
        until(lambda: len(self.files()) >= count)
        files = self.files()
        equal(len(files), count)
        self.read |= set(files)
        return [Mail(json.loads(file.read_text())) for file in files]

    def mail(self):
        return self.mails(1)[0]


class Mail:
    def __init__(self, kept):
        self.kept = kept
        self.message = email.message_from_string(kept["text"], policy=email.policy.default)
        self.text = self.message.get_content()

    @property
    def link(self):
        return re.search(r"^(http\S+/login/reset\?token=\S+)\r?$", self.text, re.M)[1]


class Desk:
    def __init__(self, server, mailbox, browser):
        self.server, self.mailbox, self.browser, self.contexts, self.secrets = server, mailbox, browser, [], set()

    def person(self):
        context = self.browser.new_context()
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15000)
        return page

    def user(self, name, *options, password=PASSWORD, address=None):
        options = list(options)
        if password:
            options += ["--password-file", str(self.mailbox.folder / "user-password")]
            (self.mailbox.folder / "user-password").write_text(password)
        address = f"{name}@acme.example" if address is None else address
        options += ["--email", address] if address else []
        self.server.command("user", "add", "--group", GROUP, "--puid", name, "--username", name, *options)

    def ask(self, name, page=None):
        """From the login page to the page that says where to look; returns the correlation id there."""
        page = page or self.person()
        page.goto(self.server.url + LOGIN)
        page.get_by_role("link", name="Forgotten your password?").click()
        page.get_by_label("User name or e-mail address").fill(name)
        page.get_by_role("button", name="Send the link").click()
        expect(page.get_by_role("heading", name="Check your e-mail")).to_be_visible()
        self.words = re.sub(r"[0-9a-f]{32}", "ID", page.locator("main").inner_text())
        return page.locator("code").inner_text()

    def set(self, link, password=NEW, page=None):
        page = page or self.person()
        self.secrets.add(link.partition("token=")[2])
        page.goto(link)
        expect(page.get_by_role("heading", name="Set a new password")).to_be_visible()
        assert "token" not in page.url, page.url
        page.get_by_label("New password", exact=True).fill(password)
        page.get_by_label("Repeat the new password").fill(password)
        page.get_by_role("button", name="Set the password").click()
        return page

    def sign_in(self, name, password, page=None):
        page = page or self.person()
        page.goto(self.server.url + LOGIN)
        page.fill("#username", name)
        page.fill("#password", password)
        page.get_by_role("button", name="Sign in").click()
        return page

    def audit(self, correlation):
        return json.loads(self.server.command("audit", "list", "--correlation", correlation, "--json"))

    def reasons(self, correlation):
        """What the audit says once it has said something: it is written behind the answer."""
        until(lambda: self.audit(correlation))
        return [row["reason"] for row in self.audit(correlation)]

    def post(self, path, **fields):
        headers = {"content-type": "application/x-www-form-urlencoded", "origin": self.server.url, "accept": "text/html"}
        return self.server.request("POST", path, urllib.parse.urlencode(fields), headers)

    def close(self):
        for context in self.contexts:
            context.close()


def signed_in(page):
    expect(page.get_by_role("heading", name="Signed in", exact=True)).to_be_visible()
    return page


def over(page):
    expect(page.get_by_role("heading", name="This link no longer works")).to_be_visible()


def from_the_click_to_a_signed_in_agent(desk):
    desk.user("dana", "--first-name", "Dana", "--last-name", NAME)
    other = signed_in(desk.sign_in("dana", PASSWORD))
    page = desk.person()
    correlation = desk.ask("dana", page)
    mail = desk.mailbox.mail()
    equal((mail.kept["from"], mail.kept["to"], mail.kept["tls"]), ("noreply@support.example", ["dana@acme.example"], True))
    equal(str(mail.message["from"].addresses[0].display_name), "Latchkey, Acme's")
    equal(mail.message["auto-submitted"], "auto-generated")
    equal(mail.message["subject"], "Set a new password")
    assert mail.message["message-id"].endswith("@support.example>") and mail.message["date"].datetime.tzinfo
    contains(mail.text, f"Hello Dana {NAME},")
    contains(mail.text, "user name dana of Clients")
    contains(mail.text, correlation)
    assert mail.link.startswith(desk.server.url + "/login/reset?token=")
    # The old password is good until the link is used.
    signed_in(desk.sign_in("dana", PASSWORD))
    desk.set(mail.link, page=page)
    expect(page.get_by_role("heading", name="Your password has been changed")).to_be_visible()
    notice = desk.mailbox.mail()
    equal(notice.message["subject"], "Your password was changed")
    contains(notice.text, correlation)
    assert "login/reset" not in notice.text
    # Whoever was signed in by the old one is not.
    other.goto(desk.server.url + LOGIN)
    expect(other.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    expect(desk.sign_in("dana", PASSWORD).get_by_role("alert")).to_be_visible()
    page.get_by_role("link", name="Sign in").click()
    page.fill("#username", "dana")
    page.fill("#password", NEW)
    page.get_by_role("button", name="Sign in").click()
    signed_in(page)
    rows = desk.audit(correlation)
    equal([row["action"] for row in rows], ["passwordReset"] * 3)
    equal([row["outcome"] for row in rows], ["granted"] * 3)
    equal({row["actor"] for row in rows}, {"dana"})
    # The link once more, by another browser.
    again = desk.person()
    again.goto(mail.link)
    over(again)
    assert "token" not in again.url, again.url


def a_second_factor_stays(desk):
    desk.user("erin", "--administrator")
    page = desk.person()
    page.goto(desk.server.url + "/login/second-factor")
    page.fill("#username", "erin")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    secret = page.locator("#secret").inner_text().replace(" ", "")
    digest = hmac.digest(base64.b32decode(secret), int(time.time() // 30).to_bytes(8, "big"), "sha1")
    place = digest[-1] & 15
    page.fill("#code", f"{(int.from_bytes(digest[place:place + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}")
    page.get_by_role("button", name="Set up").click()
    recovery = page.locator(".codes code").first.inner_text()
    page.click("#continue")
    desk.ask("erin")
    changed = desk.set(desk.mailbox.mail().link)
    expect(changed.get_by_role("heading", name="Your password has been changed")).to_be_visible()
    desk.mailbox.mail()
    page.goto(desk.server.url + LOGIN)
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    desk.sign_in("erin", NEW, page)
    expect(page.get_by_role("heading", name="Enter a code")).to_be_visible()
    page.fill("#code", recovery)
    page.get_by_role("button", name="Sign in").click()
    signed_in(page)
    contains(desk.server.command("user", "show", "erin", "--group", GROUP), "9 recovery codes left")


def nobody_is_told_who_is_there(desk):
    desk.user("finn")
    desk.user("no.mail", address="")
    desk.user("no.password", password=None)
    desk.user("odd.mail", address="o d d@acme.example")
    desk.user("sue")
    desk.server.command("user", "suspend", "sue", "--group", GROUP)
    correlation = desk.ask("finn")
    words = desk.words
    desk.mailbox.mail()
    equal(desk.reasons(correlation), [""])
    for name, reason in [
        ("nobody", "unknownUser"), ("nobody@acme.example", "unknownUser"), ("no.mail", "noEmail"), ("no.password", "noPassword"),
        ("odd.mail", "noEmail"), ("sue", "userSuspended"), ("sue@acme.example", "userSuspended"),
        ("finn\r\nBcc: eve@evil.example", "unknownUser"), ("finn@acme.example,eve@evil.example", "unknownUser"),
        ("<script>alert(1)</script>", "unknownUser"), ("%", "unknownUser"), ("測試", "unknownUser"),
    ]:
        if "\r" in name:
            answer = desk.post(FORGOTTEN, username=name, groupid=GROUP)
            correlation = re.search(r"<code>([0-9a-f]{32})</code>", answer.text)[1]
        else:
            correlation = desk.ask(name)
            equal(desk.words, words)
        equal(desk.reasons(correlation), [reason])
    # Requests are looked at one after the other: what was asked for last comes last, and alone.
    desk.user("last")
    desk.ask("last")
    equal(desk.mailbox.mail().kept["to"], ["last@acme.example"])


def an_address_of_two_users(desk):
    """Each gets a mail of their own, which names the user; an address of many gets none."""
    for name in ("kim.one", "kim.two"):
        desk.user(name, address="Kim@acme.example")
    desk.ask("kim@acme.example")
    mails = desk.mailbox.mails(2)
    equal({name for mail in mails for name in ("kim.one", "kim.two") if f"user name {name} of" in mail.text}, {"kim.one", "kim.two"})
    # The address as the administrator has written it, not as it was typed.
    equal([mail.kept["to"] for mail in mails], [["Kim@acme.example"]] * 2)
    two = next(mail for mail in mails if "kim.two" in mail.text)
    desk.set(two.link)
    desk.mailbox.mail()
    signed_in(desk.sign_in("kim.two", NEW))
    signed_in(desk.sign_in("kim.one", PASSWORD))
    for number in range(6):
        desk.user(f"team.{number}", address="team@acme.example")
    equal(desk.reasons(desk.ask("team@acme.example")), ["ambiguousUser"])


def another_group_takes_no_mail_away(desk):
    """User names are unique in the installation, and may look like the address of somebody else."""
    desk.user("vic", address="vic@acme.example")
    desk.server.command("group", "create", "77777", "--name", "Other")
    desk.server.command("user", "add", "--group", "77777", "--puid", "x", "--username", "vic@acme.example", "--email", "x@other.example")
    desk.post(FORGOTTEN, username="vic@acme.example", groupid=GROUP)
    mail = desk.mailbox.mail()
    equal(mail.kept["to"], ["vic@acme.example"])
    answer = desk.post(FORGOTTEN, username="my secret, in the wrong field", groupid=GROUP)
    equal(desk.reasons(re.search(r"<code>([0-9a-f]{32})</code>", answer.text)[1]), ["unknownUser"])
    assert "wrong field" not in desk.server.command("audit", "list", "--json")


def a_stranger_fills_no_mailbox_and_locks_nobody_out(desk):
    desk.user("gina")
    correlations = [desk.ask("gina") for _ in range(5)]
    mails = desk.mailbox.mails(3)
    equal([desk.reasons(one) for one in correlations], [[""]] * 3 + [["tooManyLinks"]] * 2)
    signed_in(desk.sign_in("gina", PASSWORD))
    # One of the links is used: the others are over.
    desk.set(mails[1].link)
    desk.mailbox.mail()
    for mail in (mails[0], mails[2]):
        page = desk.person()
        page.goto(mail.link)
        over(page)
        token = mail.link.partition("token=")[2]
        equal(desk.post("/login/reset", token=token, newpassword="yet another", repeatedpassword="yet another").status, 401)
    signed_in(desk.sign_in("gina", NEW))


def what_is_typed_wrong_uses_nothing_up(desk):
    desk.user("hugo")
    desk.ask("hugo")
    link = desk.mailbox.mail().link
    page = desk.person()
    page.goto(link)
    token = page.locator("[name=token]").input_value()
    for first, second, words in [("short", "short", "8 to 49"), ("long enough", "long  enough", "not the same"), ("x" * 50, "x" * 50, "8 to 49")]:
        answer = desk.post("/login/reset", token=token, newpassword=first, repeatedpassword=second)
        equal(answer.status, 400)
        contains(answer.text, words)
        assert second not in answer.text
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        fields = urllib.parse.urlencode({"token": token, "newpassword": NEW, "repeatedpassword": NEW})
        headers |= {"content-type": "application/x-www-form-urlencoded"}
        equal(desk.server.request("POST", "/login/reset", fields, headers).status, 401)
        equal(desk.server.request("POST", FORGOTTEN, f"username=hugo&groupid={GROUP}", headers).status, 401)
    # Looking at a link does not use it up, and asking for its headers does not either.
    equal(desk.server.request("HEAD", link.removeprefix(desk.server.url)).status, 200)
    desk.set(link)
    desk.mailbox.mail()
    signed_in(desk.sign_in("hugo", NEW))


def two_at_once(desk):
    desk.user("ida")
    desk.ask("ida")
    token = desk.mailbox.mail().link.partition("token=")[2]
    passwords = [f"password {number}" for number in range(4)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(
            lambda one: desk.post("/login/reset", token=token, newpassword=one, repeatedpassword=one).status, passwords))
    equal(sorted(answers), [200] + [401] * 3)
    desk.mailbox.mail()
    signed_in(desk.sign_in("ida", passwords[answers.index(200)]))


def pages_as_they_should_be(desk):
    answer = desk.server.request("GET", "/login/reset?token=x", headers={"accept": "text/html"})
    equal(answer.status, 401)
    contains(answer.headers["content-security-policy"], "frame-ancestors 'none'")
    equal((answer.headers["referrer-policy"], answer.headers["cache-control"]), ("no-referrer", "no-store"))
    # From a frame the link opens a window of its own.
    contains(desk.server.request("GET", f"/agentjoin/AgentJoin.aspx?groupid={GROUP}").text, 'target="_blank" rel="noopener">Forgotten')


def pages_without_a_barrier(desk):
    """Each page, light and dark, narrow and wide, as axe sees it."""
    desk.user("mia")
    page = desk.person()

    def look(heading):
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        for scheme in ("light", "dark"):
            for width in (320, 1280):
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size({"width": width, "height": 800})
                equal([(rule["id"], node["html"]) for rule in Axe().run(page)["violations"] for node in rule["nodes"]], [])
                assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), heading

    page.goto(desk.server.url + LOGIN)
    look("Sign in")
    page.get_by_role("link", name="Forgotten your password?").click()
    look("Forgotten your password?")
    page.get_by_label("User name or e-mail address").fill("mia")
    page.get_by_role("button", name="Send the link").click()
    look("Check your e-mail")
    link = desk.mailbox.mail().link
    page.goto(link)
    look("Set a new password")
    for first, second in [(NEW, NEW + "!"), (NEW, NEW)]:
        page.get_by_label("New password", exact=True).fill(first)
        page.get_by_label("Repeat the new password").fill(second)
        page.get_by_role("button", name="Set the password").click()
        look("Set a new password" if first != second else "Your password has been changed")
    desk.mailbox.mail()
    page.goto(link)
    look("This link no longer works")


def the_mail_server_refuses(desk):
    """For now and for good: the audit says so, and the log no address."""
    desk.user("gone")
    correlation = desk.ask("gone")
    until(lambda: desk.reasons(correlation) == ["", "mailNotSent"])
    contains(desk.server.log(), "refused at recipient: 550 5.1.1")


def the_command_says_what_is_wrong(desk):
    contains(desk.server.command("mail", "test", "--to", "dana@acme.example"), "has taken the mail: 250 2.0.0 kept as ")
    mail = desk.mailbox.mail()
    contains(mail.text, desk.server.url)
    folder = desk.mailbox.folder
    for settings, address, words in [
        ({}, "gone@acme.example", "550 5.1.1 <gone@acme.example> is not here"), ({}, "full@acme.example", "452 4.2.2"),
        ({"PASSWORD_FILE": folder / "wrong"}, "dana@acme.example", "535 5.7.8"), ({}, "dana", "is not an e-mail address"),
        ({"CERTIFICATE_AUTHORITY_FILE": ""}, "dana@acme.example", "its certificate is not"),
        ({"SERVER": "smtp://127.0.0.1:1"}, "dana@acme.example", "127.0.0.1 at port 1 is not reached"),
        ({"SERVER": ""}, "dana@acme.example", "mail.server is not"), ({"FROM": "nobody"}, "dana@acme.example", "mail.from"),
        ({"SERVER": "ftp://mail"}, "dana@acme.example", "mail.server is \"ftp://mail\""),
        ({"USERNAME": ""}, "dana@acme.example", "have to be set together"),
    ]:
        environment = desk.server.environment | {f"LATCHKEY_MAIL_{name}": str(value) for name, value in settings.items()}
        done = subprocess.run(
            [desk.server.binary, "mail", "test", "--to", address], env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode != 0 and words in done.stderr, f"{settings} {address}: {done.stderr}"


def neither_words_nor_time(desk):
    """Known and unknown names in turn, each from another address; the medians are as near as those of one half to the other."""
    desk.user("jo")
    times = {"jo": [], "nobody": []}
    headers = {"content-type": "application/x-www-form-urlencoded", "origin": desk.server.url}
    for number in range(240):
        name = ("jo", "nobody")[number % 2]
        started = time.perf_counter()
        answer = desk.server.request("POST", FORGOTTEN, f"username={name}&groupid={GROUP}", headers, f"127.0.1.{number + 1}")
        times[name].append(time.perf_counter() - started)
        equal(answer.status, 200)
    desk.mailbox.mails(3)
    known, unknown = (statistics.median(times[name]) for name in ("jo", "nobody"))
    assert 0.67 < known / unknown < 1.5, (known, unknown)
    print(f"      a known name is answered in {known * 1000:.2f} ms, an unknown one in {unknown * 1000:.2f} ms (medians)")


def a_source_may_ask_so_often(desk):
    headers = {"content-type": "application/x-www-form-urlencoded", "origin": desk.server.url}
    statuses = [desk.server.request("POST", FORGOTTEN, "username=nobody", headers, "127.0.3.3").status for _ in range(25)]
    equal(statuses, [200] * 20 + [429] * 5)


def a_group_without_passwords(desk):
    desk.user("lea")
    desk.ask("lea")
    link = desk.mailbox.mail().link
    desk.server.command("group", "update", GROUP, "--no-passwords")
    # Pages remember a group for half a second.
    until(lambda: desk.server.request("GET", FORGOTTEN).status == 404)
    page = desk.person()
    page.goto(desk.server.url + LOGIN)
    expect(page.get_by_role("link", name="Forgotten your password?")).to_have_count(0)
    answer = desk.post(FORGOTTEN, username="lea", groupid=GROUP)
    correlation = re.search(r"<code>([0-9a-f]{32})</code>", answer.text)[1]
    equal(desk.reasons(correlation), ["passwordNotAllowed"])
    page.goto(link)
    over(page)
    desk.server.command("group", "update", GROUP, "--passwords")


def nothing_of_it_in_a_log(desk):
    log, audit = desk.server.log(), desk.server.command("audit", "list", "--limit", "1000", "--json")
    for secret in desk.secrets | {"eyJ", "mail password", NEW, PASSWORD}:
        assert secret not in log + audit, "a link, a token or a password is in the log or the audit"
    assert "@acme.example" not in log, re.search(r".*@acme.example.*", log)[0]


def without_mail(part):
    """A server that sends none has no such pages."""
    with Server() as server:
        assert "Forgotten" not in server.request("GET", LOGIN).text
        for path in (FORGOTTEN, "/login/reset?token=x"):
            equal(server.request("GET", path).status, 404)


CHECKS = [
    from_the_click_to_a_signed_in_agent, a_second_factor_stays, nobody_is_told_who_is_there, an_address_of_two_users,
    another_group_takes_no_mail_away, a_stranger_fills_no_mailbox_and_locks_nobody_out, what_is_typed_wrong_uses_nothing_up,
    two_at_once, pages_as_they_should_be,
    pages_without_a_barrier, the_mail_server_refuses, the_command_says_what_is_wrong, neither_words_nor_time,
    a_source_may_ask_so_often, a_group_without_passwords,
]


def main():
    part = Part("mail")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for kind, checks in [("starttls", CHECKS), ("smtps", [from_the_click_to_a_signed_in_agent, the_command_says_what_is_wrong])]:
            with tempfile.TemporaryDirectory(prefix="latchkey-mail-") as folder, Mailbox(kind, folder) as mailbox:
                for check in checks:
                    # All come from one address, which may ask for twenty links: each has a server of its own.
                    with Server(mailbox.settings) as server:
                        desk = Desk(server, mailbox, browser)
                        part.check(f"{kind}: {check.__name__.replace('_', ' ')}", check, desk)
                        part.check(f"{kind}: nothing of it in a log", nothing_of_it_in_a_log, desk)
                        desk.close()
                    mailbox.read |= set(mailbox.files())
        browser.close()
    part.check("without mail", without_mail, part)
    part.end("aiosmtpd")


main()
