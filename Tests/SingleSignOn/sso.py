"""Signs people in with OpenID Connect and SAML providers that nobody here wrote, in Chromium.

Each provider in turn: sign-in, a user who is suspended, one who is not there, an answer that comes twice or in another
browser, in a frame, a provider that is down. With one of them also: to the end of a session, straight from GetLoginKey.aspx, with new keys, without
passwords. Nothing of it may stand in a log.
"""
import hashlib
import html
import json
import os
import pathlib
import re
import sys
import tempfile
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "Clients"))

import shut_in
from elsewhere import elsewhere
from part import Part, contains, equal, until
from playwright.sync_api import Error, expect, sync_playwright
from providers import PEOPLE, Canaille, Mock, Nano
from server import GROUP, Server
from simplesaml import Simple

SAML_PROGRAM = pathlib.Path(os.environ["LATCHKEY_BINARY"]).with_name("latchkey-saml")
LOGIN = "/login/default.aspx"
KEY = "/account/GetLoginKey.aspx"


class Desk:
    """A server whose group has connected a provider, and browsers."""

    def __init__(self, server, provider, browser):
        self.server, self.provider, self.browser = server, provider, browser
        self.secrets = set()
        self.contexts = []

    def person(self):
        """A browser that nobody has used."""
        context = self.browser.new_context()
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15000)
        page.on("request", self.note)
        return page

    def note(self, request):
        url = request.url
        if self.is_callback(url) and request.method == "POST":
            fields = urllib.parse.parse_qs(request.post_data)
            self.secrets |= {fields["RelayState"][0], fields["SAMLResponse"][0][:200], fields["SAMLResponse"][0][-200:]}
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)
        if self.is_callback(url) or "code_challenge" in url:
            self.secrets |= {value for name in ("code", "state", "nonce") for value in query.get(name, [])}

    def is_callback(self, url):
        return url.startswith((self.server.url + "/sso/callback/", self.server.url + "/sso/saml/"))

    def close(self):
        for context in self.contexts:
            context.close()

    def sign_in(self, page, user, path=LOGIN):
        """From the button to wherever it leads; returns the click's correlation id."""
        page.goto(self.server.url + path)
        button = page.get_by_role("link", name=f"Sign in with {self.provider.title}")
        href = button.get_attribute("href")
        button.click()
        self.provider.enter(page, user)
        page.wait_for_url(self.server.url + "/**")
        return re.search(r"correlationid=([0-9a-f]{32})", href).group(1)

    def audit(self, correlation):
        rows = json.loads(self.server.command("audit", "list", "--correlation", correlation, "--json"))
        return [row for row in rows if row["action"] == "authenticate"]

    def reason(self, correlation):
        return [row["reason"] for row in self.audit(correlation)]

    def command(self, *arguments):
        return self.server.command(*arguments)


def before_coming_back(desk, page, act):
    """Does something between the provider's last answer and the browser's return."""

    def answer(route):
        response = route.fetch(max_redirects=0)
        location = response.headers.get("location", "")
        if desk.is_callback(location):
            act(location)
        elif location:
            # What follows a redirect does not come by here; what a page opens does.
            where = html.escape(urllib.parse.urljoin(desk.provider.issuer + "/", location))
            page = f'<meta http-equiv="refresh" content="0;url={where}">'
            return route.fulfill(status=200, content_type="text/html", body=page)
        return route.fulfill(response=response)

    page.route(desk.provider.issuer + "/**", answer)


def refused(desk, page, correlation, reason):
    expect(page.get_by_role("heading", name="You are not signed in")).to_be_visible()
    contains(page.content(), correlation)
    equal(desk.reason(correlation), [reason])


def signs_in(desk):
    page = desk.person()
    correlation = desk.sign_in(page, "joe")
    expect(page.get_by_role("heading", name="Signed in", exact=True)).to_be_visible()
    # One id from the button to the page, whose ticket is spent under it.
    rows = desk.audit(correlation)
    equal([row["outcome"] for row in rows], ["granted"] * len(rows))
    equal(len([row for row in rows if f"by {desk.provider.protocol}" in row["detail"]]), 1)
    page.goto(desk.server.url + LOGIN)
    expect(page.get_by_role("heading", name="Signed in", exact=True)).to_be_visible()


def from_the_button_to_the_sessions_end(desk):
    """One id over the sign-in, the session that it starts, and its end."""
    page, visitor = desk.person(), desk.person()
    correlation = desk.sign_in(page, "joe", "/agentjoin/AgentView.aspx?start=1")
    key = page.locator("#key:not(:empty)").inner_text().replace(" ", "")
    visitor.goto(f"{desk.server.url}/visit?groupid={GROUP}&sessionkey={key}")
    visitor.locator("#enter button").click()
    expect(page.locator("#state-title")).to_contain_text("In session")
    visitor.locator("#leave").click()
    expect(page.locator("#state-title")).to_have_text("Session ended")
    rows = json.loads(desk.command("audit", "list", "--correlation", correlation, "--json"))
    actions = [row["action"] for row in rows]
    for action in ("authenticate", "sessionRequested", "sessionConnected", "sessionStatus"):
        assert action in actions, f"no {action} in {actions}"
    contains(rows[-1]["detail"], "C (completed)")


def a_suspended_user(desk):
    page = desk.person()
    refused(desk, page, desk.sign_in(page, "sue"), "userSuspended")


def a_user_who_is_not_there(desk):
    page = desk.person()
    refused(desk, page, desk.sign_in(page, "eve"), "unknownUser")


def an_answer_in_another_browser_and_twice(desk):
    page = desk.person()
    seen = []
    page.on("request", lambda request: seen.append(request.url) if desk.is_callback(request.url) else None)
    desk.sign_in(page, "joe")
    other = desk.person()
    for again in (other, page):
        again.goto(seen[0])
        expect(again.get_by_role("heading", name="You are not signed in")).to_be_visible()
        correlation = again.locator("code").inner_text()
        equal(desk.reason(correlation), ["unknownVisit"])


def an_answer_that_is_kept_back_and_sent_twice(desk):
    """The cookie is brought back, too: as a program would that has copied all of the browser's."""
    page = desk.person()
    kept = []

    def keep(url):
        cookies = page.context.cookies(desk.server.url)
        kept.append((url, "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in cookies)))

    before_coming_back(desk, page, keep)
    correlation = desk.sign_in(page, "joe")
    url, cookie = kept[0]
    path = url.removeprefix(desk.server.url)
    answer = desk.server.request("GET", path, headers={"cookie": cookie, "accept": "text/html"})
    equal(answer.status, 401)
    assert "alreadyUsed" in desk.reason(correlation), desk.reason(correlation)


def a_provider_that_is_down(desk):
    page = desk.person()
    before_coming_back(desk, page, lambda _: desk.provider.stop())
    try:
        correlation = desk.sign_in(page, "joe")
        expect(page.get_by_role("heading", name="The sign-in does not answer")).to_be_visible()
        equal(desk.reason(correlation), ["providerUnavailable"])
        equal(desk.server.request("GET", "/readyz").status, 200)
    finally:
        desk.provider.start()


def a_saml_provider_that_is_down(desk):
    """The browser finds nobody there; Latchkey itself needs nothing of it, and the next click signs in."""
    page = desk.person()
    desk.provider.stop()
    try:
        page.goto(desk.server.url + LOGIN)
        page.get_by_role("link", name=f"Sign in with {desk.provider.title}").click(no_wait_after=True)
        try:
            page.wait_for_url("chrome-error://**")
        except Error as error:
            contains(str(error), "ERR_CONNECTION_REFUSED")
        equal(desk.server.request("GET", "/readyz").status, 200)
    finally:
        desk.provider.start()
    correlation = desk.sign_in(page, "joe")
    expect(page.get_by_role("heading", name="Signed in", exact=True)).to_be_visible()
    equal([row["outcome"] for row in desk.audit(correlation)][:1], ["granted"])


def nothing_of_it_in_a_log(desk):
    log = desk.server.log() + desk.command("audit", "list", "--limit", "1000", "--json")
    assert len(desk.secrets) > 4
    for secret in desk.secrets | {desk.provider.secret or "eyJ"}:
        assert secret not in log, "a code, a state, a nonce or a secret is in the log"
    assert "eyJ" not in log, "a token is in the log"
    assert "saml:" not in log and "PHNhbWxw" not in log, "an assertion is in the log"


# With SAML


def a_response_that_is_sent_twice(desk):
    """With the cookie of the first time, and without."""
    page = desk.person()
    kept = []

    def keep(route):
        if route.request.method == "POST":
            cookies = page.context.cookies(desk.server.url)
            kept.append((route.request.post_data, "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in cookies)))
        route.continue_()

    page.route(desk.server.url + "/sso/saml/**", keep)
    correlation = desk.sign_in(page, "joe")
    expect(page.get_by_role("heading", name="Signed in", exact=True)).to_be_visible()
    body, cookie = kept[0]
    path = desk.row["address"].removeprefix(desk.server.url)
    headers = {"content-type": "application/x-www-form-urlencoded", "accept": "text/html"}
    equal(desk.server.request("POST", path, body, headers | {"cookie": cookie}).status, 401)
    assert "alreadyUsed" in desk.reason(correlation), desk.reason(correlation)
    equal(desk.server.request("POST", path, body, headers).status, 401)
    contains(desk.command("audit", "list", "--limit", "1000", "--json"), "unknownVisit")


def the_provider_begins(desk):
    """Only where the group allows it, and only to pages of this server."""
    address = f"{desk.provider.issuer}/saml2/idp/SSOService.php?spentityid={urllib.parse.quote(desk.row['entityID'])}"
    refusing = desk.person()
    refusing.goto(address + "&RelayState=/agentjoin/AgentView.aspx")
    desk.provider.enter(refusing, "joe")
    refusing.wait_for_url(desk.server.url + "/**")
    expect(refusing.get_by_role("heading", name="You are not signed in")).to_be_visible()
    desk.provider.connect_to(desk.server, "--unsolicited")
    for state, leads in [
        ("/agentjoin/AgentView.aspx?SessionKey=4711", "/agentjoin/AgentView.aspx?"), ("//evil.example/", LOGIN),
        ("https://evil.example/", LOGIN), ("/login/signout", LOGIN),
    ]:
        page = desk.person()
        page.goto(f"{address}&RelayState={urllib.parse.quote(state)}")
        desk.provider.enter(page, "joe")
        page.wait_for_url(desk.server.url + leads + "**")
    desk.provider.connect_to(desk.server)


def somebody_who_is_made(desk):
    options = ["--create-users", "--username-claim", "mail", "--email-claim", "mail"]
    desk.provider.connect_to(desk.server, *options)
    page = desk.person()
    correlation = desk.sign_in(page, "eve")
    expect(page.get_by_role("heading", name="Signed in", exact=True)).to_be_visible()
    rows = desk.command("audit", "list", "--correlation", correlation, "--json")
    contains(rows, f"user {PEOPLE['eve']} made at the first sign-in")
    desk.provider.connect_to(desk.server)
    page = desk.person()
    desk.sign_in(page, "eve")
    expect(page.get_by_role("heading", name="Signed in", exact=True)).to_be_visible()


def a_browser_that_the_provider_sends_back_refused(desk):
    """A request that is not ours: the provider shows its own error, and nobody is signed in."""
    page = desk.person()
    page.goto(desk.server.url + LOGIN)
    href = page.get_by_role("link", name=f"Sign in with {desk.provider.title}").get_attribute("href")
    location = desk.server.request("GET", href, headers={"accept": "text/html"}).headers["location"]
    page.goto(location.replace("&Signature=", "&Signature=A"))
    assert page.url.startswith(desk.provider.issuer), page.url
    equal(page.locator("input[name=password]").count(), 0)


# With one provider only


def new_keys(desk):
    """The provider has started again, with new keys under new names."""
    desk.provider.stop()
    desk.provider.start()
    page = desk.person()
    desk.sign_in(page, "joe")
    expect(page.get_by_role("heading", name="Signed in", exact=True)).to_be_visible()
    contains(desk.command("audit", "list", "--limit", "1000", "--json"), "has new keys")


def where_it_leads(desk):
    """The page that asked for a sign-in, with what it was asked for; never another site's."""
    page = desk.person()
    desk.sign_in(page, "joe", "/agentjoin/AgentView.aspx?SessionKey=4711&Wait=1")
    contains(page.url, desk.server.url + "/agentjoin/AgentView.aspx?")
    contains(page.url.lower(), "sessionkey=4711")
    other = desk.person()
    path = f"/sso/start?groupid={GROUP}&page=" + urllib.parse.quote("//evil.example/")
    other.goto(desk.server.url + path)
    desk.provider.enter(other, "joe")
    other.wait_for_url(desk.server.url + LOGIN + "**")


def a_click_for_somebody_else(desk):
    """A user takes another's place only after a question that names both."""
    page = desk.person()
    desk.sign_in(page, "joe")
    page.goto(f"{desk.server.url}/sso/start?groupid={GROUP}")
    desk.provider.enter(page, "ann")
    page.wait_for_url(desk.server.url + "/login/switch**")
    expect(page.get_by_role("heading", name="Change user?")).to_be_visible()


def straight_to_the_key(desk):
    page, asked = desk.person(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{desk.server.url}{KEY}?sso=1&idpid={GROUP}&idpusername=joe")
    # SAML has no such hint.
    assert desk.provider.title == "Simple & Sons" or any("login_hint=joe" in url for url in asked), asked
    desk.provider.enter(page, "joe")
    page.wait_for_url(desk.server.url + KEY + "**")
    assert re.search(rf"partnerid={GROUP}&(amp;)?partneruserid=joe~\$1\$\d{{10}}\$", page.content()), page.content()


def one_of_two_providers(desk):
    """The name says which; where it says nothing, or none of them, both are offered."""
    file = pathlib.Path(desk.server.folder.name, "other.xml")
    file.write_bytes(shut_in.metadata("https://other.example"))
    desk.command("saml", "connect", "--group", GROUP, "--metadata-file", str(file), "--name", "Other", "--claim", "mail")
    path = f"{KEY}?sso=1&idpid={GROUP}"
    try:
        # Pages remember a group's providers for a moment.
        until(lambda: "Sign in with Other" in desk.server.request("GET", path + "&idpname=nobody").text)
        for name, issuer in [(desk.provider.title, desk.provider.issuer), ("OTHER", "https://other.example")]:
            location = f"{path}&idpname={urllib.parse.quote(name)}"
            for _ in range(2):
                answer = desk.server.request("GET", location, headers={"accept": "text/html"})
                equal(answer.status, 303)
                location = answer.headers["location"]
            assert location.startswith(issuer), location
        for query in ("", "&idpname=nobody"):
            page = desk.person()
            page.goto(desk.server.url + path + query)
            for title in (desk.provider.title, "Other"):
                expect(page.get_by_role("link", name=f"Sign in with {title}")).to_be_visible()
    finally:
        desk.command("saml", "disconnect", "--group", GROUP, "--issuer", "https://other.example")
        until(lambda: "Sign in with Other" not in desk.server.request("GET", path + "&idpname=nobody").text)


PAGE_AROUND = """<!doctype html><meta charset=utf-8><title>CRM</title><output id=told></output>
<iframe src="ADDRESS" width=600 height=600></iframe><script>
addEventListener("message", (event) => {
  document.getElementById("told").textContent += event.origin + " " + JSON.stringify(event.data) + " ";
});
</script>"""


def in_a_frame(desk):
    address = f"{desk.server.url}{KEY}?sso=1&idpid={GROUP}&mode=embedded&fmt=html"
    with elsewhere(PAGE_AROUND.replace("ADDRESS", address), "localhost") as origin:
        desk.command("group", "update", GROUP, "--origin", origin)
        page = desk.person()
        page.goto(origin)
        frame = page.frame_locator("iframe")
        with page.context.expect_page() as opened:
            frame.get_by_role("link", name=f"Sign in with {desk.provider.title}").click()
        window = opened.value
        desk.provider.enter(window, "joe")
        told = page.locator("#told")
        expect(told).to_contain_text("authenticateSucceeded", timeout=15000)
        text = told.inner_text()
        contains(text, desk.server.url + " ")
        assert re.search(rf"partnerid={GROUP}&partneruserid=joe~\$1\$\d{{10}}\$", text), text
        # Nothing else was told, and the window is gone.
        equal(text.count("glanceEvent"), 1)
        assert "ticket" not in text and "signedIn" not in text, text
        assert window.is_closed()


def in_a_frame_of_a_site_that_is_not_listed(desk):
    desk.command("group", "update", GROUP, "--no-origins")
    address = f"{desk.server.url}{KEY}?sso=1&idpid={GROUP}&mode=embedded"
    with elsewhere(PAGE_AROUND.replace("ADDRESS", address), "localhost") as origin:
        page = desk.person()
        page.goto(origin)
        page.wait_for_load_state("networkidle")
        equal(page.frame_locator("iframe").get_by_role("link").count(), 0)


def without_passwords(desk):
    desk.command("group", "update", GROUP, "--no-passwords")
    try:
        page = desk.person()
        page.goto(desk.server.url + LOGIN)
        equal(page.locator("input[type=password]").count(), 0)
        expect(page.get_by_role("link", name=f"Sign in with {desk.provider.title}")).to_be_visible()
        answer = desk.server.post_form(LOGIN, {"username": "joe", "password": "correct horse"})
        equal(answer.status, 401)
        audit = desk.command("audit", "list", "--limit", "1000", "--json")
        contains(audit, "passwordNotAllowed")
    finally:
        desk.command("group", "update", GROUP, "--passwords")
    equal(desk.server.post_form(LOGIN, {"username": "joe", "password": "correct horse"}).status, 303)


# The provider is started again in the last one: its keys may be new, and are asked for once a minute.
EACH = [
    signs_in, a_suspended_user, a_user_who_is_not_there, an_answer_in_another_browser_and_twice,
    an_answer_that_is_kept_back_and_sent_twice, in_a_frame, a_provider_that_is_down,
]
SAML = [
    signs_in, from_the_button_to_the_sessions_end, a_suspended_user, a_user_who_is_not_there, a_response_that_is_sent_twice,
    where_it_leads, straight_to_the_key, in_a_frame, the_provider_begins,
    a_browser_that_the_provider_sends_back_refused, somebody_who_is_made, a_saml_provider_that_is_down,
]
ONCE = [
    new_keys, where_it_leads, from_the_button_to_the_sessions_end, a_click_for_somebody_else, straight_to_the_key,
    one_of_two_providers, in_a_frame_of_a_site_that_is_not_listed, without_passwords,
]


def redirect_uri(server, provider):
    return f"{server.url}/sso/callback/{hashlib.sha256(provider.issuer.encode()).hexdigest()[:32]}"


def people(server):
    server.command("user", "update", "joe", "--group", GROUP, "--email", PEOPLE["joe"])
    server.command("user", "password", "joe", "--group", GROUP, "--password-file", server.folder.name + "/password")
    server.command("user", "add", "--group", GROUP, "--puid", "sue", "--username", "sue", "--email", PEOPLE["sue"])
    server.command("user", "suspend", "sue", "--group", GROUP)
    server.command("user", "add", "--group", GROUP, "--puid", "ann", "--username", "ann")


def run(part, server, provider, browser, checks, row):
    desk = Desk(server, provider, browser)
    desk.row = row
    for check in checks:
        part.check(f"{provider.title}: {check.__name__.replace('_', ' ')}", check, desk)
    desk.close()


def main():
    part = Part("sso")
    names = sys.argv[1:] or ["mock", "nano", "canaille", "simple"]
    with Server() as server, tempfile.TemporaryDirectory(prefix="latchkey-sso-") as folder, sync_playwright() as playwright:
        pathlib.Path(server.folder.name, "password").write_text("correct horse\n")
        people(server)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for kind, checks in [(Mock, ONCE + EACH), (Nano, EACH), (Canaille, EACH), (Simple, SAML)]:
            if kind.__name__.lower() not in names:
                continue
            if kind is Simple:
                part.check("latchkey-saml is shut in when it reads XML", shut_in.check, SAML_PROGRAM)
            provider = kind(folder)
            try:
                provider.prepare(redirect_uri(server, provider))
                provider.start()
                row = provider.connect_to(server)
                if provider.protocol == "OpenID Connect":
                    equal(row["redirectURI"], redirect_uri(server, provider))
                run(part, server, provider, browser, checks + [nothing_of_it_in_a_log], row)
            finally:
                provider.stop()
            provider.disconnect_from(server)
        browser.close()
    part.end(", ".join(names))


main()
