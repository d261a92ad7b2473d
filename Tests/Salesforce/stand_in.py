"""The package's Apex, said again in Python, for the fake organization: what a page's controller holds and what a click gets.

This is NOT the Apex of salesforce/: `script/test-salesforce` runs that on a runtime of its own. Here is what the two have to
agree on, so that pages, script and server can be tried in a browser.
"""
import base64
import hashlib
import hmac
import json
import re
import ssl
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

LABELS = {"start": "Start", "key": "Enter key"}
OBJECTS = {"00Q": "Lead", "003": "Contact", "500": "Case"}


class Refusal(Exception):
    """A LatchkeyException: a sentence for the agent."""


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class StandIn:
    """One organization: settings, the secret, records, and who is signed in with which permissions."""

    name = "a stand-in in Python"

    def __init__(self, organization_id, key_file):
        self.organization_id, self.key_file = organization_id, key_file
        self.settings, self.api_key = {}, ""
        self.records, self.user, self.permissions = {}, {}, set()

    def close(self):
        pass

    # What a page shows

    def panel(self, record_id):
        shown = {
            "recordId": "", "title": "", "problem": "", "buttons": [],
            "isAgent": "Latchkey_Agent" in self.permissions, "usesClient": "Latchkey_Client" in self.permissions,
        }
        if shown["isAgent"]:
            try:
                self.check()
                record = self.record(record_id)
                shown["recordId"], shown["title"] = record["Id"], record["title"]
                join = "Join" if self.settings["JoinAsOne__c"] else "Cobrowse"
                shown["buttons"] = [{"name": one, "label": LABELS.get(one, join)} for one in self.buttons(record)]
            except Refusal as refusal:
                shown["problem"] = str(refusal)
        shown["hasProblem"] = shown["isAgent"] and shown["problem"] != ""
        shown["hasButtons"] = shown["isAgent"] and shown["problem"] == ""
        return shown

    def check(self):
        if not self.settings.get("Enabled__c"):
            raise Refusal("Latchkey is switched off: switch it on in the Latchkey settings.")
        if not re.fullmatch(r"https://[a-z0-9.-]+(:\d+)?", self.settings.get("ServerUrl__c") or ""):
            raise Refusal("Server URL is the address of your Latchkey server without a path, as https://latchkey.example.")
        if self.settings["SecretSource__c"] == "apiKey" and not self.api_key:
            raise Refusal("The API key is not set: enter it in the Latchkey settings.")

    def record(self, record_id):
        record = self.records.get(record_id)
        if record is None:
            raise Refusal("There is no such lead, contact or case, or you may not see it.")
        return record

    def buttons(self, record):
        wanted = self.settings[OBJECTS[record["Id"][:3]] + "Buttons__c"]
        return [one.strip() for one in wanted.split(";") if one.strip()]

    # What a click gets

    def click(self, record_id, button, mode):
        if "Latchkey_Agent" not in self.permissions:
            raise Refusal("You may not join sessions: ask your administrator for the permission set Latchkey Agent.")
        self.check()
        record = self.record(record_id)
        if button not in self.buttons(record):
            raise Refusal("There is no such button. Reload the record.")
        if mode in ("client", "connect") and ("Latchkey_Client" not in self.permissions or button == "key"):
            raise Refusal("You may not use the client: ask your administrator for the permission set Latchkey Client Agent.")
        puid = self.user.get(self.settings["UserField__c"]) or ""
        if not puid.strip():
            raise Refusal(f"Your user has no {self.settings['UserField__c']}: ask your administrator to fill it in.")
        login_key = self.login_key(puid)
        if mode == "client":
            return {"mode": "client", "url": self.client_url(record["Id"], button, puid, login_key)}
        path = "/agentjoin/AgentJoin.aspx" if button == "key" else "/agentjoin/AgentView.aspx"
        fields = {
            "mode": "web", "url": self.settings["ServerUrl__c"] + ("/agent/start" if mode == "connect" else path),
            "partnerid": self.settings["Group__c"], "partneruserid": puid, "loginkey": login_key,
        }
        if button == "join":
            return fields | {"VisitorId": record["Id"], "Wait": "1"}
        return fields | ({"Start": "1"} if button == "start" else {"viewersamewindow": "1"})

    def login_key(self, puid):
        if self.settings["SecretSource__c"] == "apiKey":
            expires = str(int(time.time()) + int(self.settings["Expiration__c"]))
            message = f"{self.settings['Group__c']}{puid}1{expires}".encode()
            return f"$1${expires}$" + base64url(hmac.new(self.api_key.encode(), message, hashlib.sha256).digest())
        answer = self.ask("/api/v1/loginkey", {"partneruserid": puid}, self.token(puid))
        return answer["loginKey"]

    def token(self, puid):
        now, settings = int(time.time()), self.settings
        claims = {
            "iss": "salesforce/" + self.organization_id, "aud": f"{settings['ServerUrl__c']}/{settings['Group__c']}",
            "sub": puid, "iat": now, "exp": now + 120,
        }
        header = {"alg": "RS256", "typ": "JWT", "kid": settings["Certificate__c"]}
        signed = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
        signature = subprocess.run(
            ["openssl", "dgst", "-sha256", "-sign", self.key_file], input=signed.encode(), capture_output=True, check=True
        ).stdout
        return signed + "." + base64url(signature)

    def client_url(self, record_id, button, puid, login_key):
        group, host = self.settings["Group__c"], self.settings["ServerUrl__c"].removeprefix("https://")
        if self.settings["SecretSource__c"] == "apiKey":
            credentials = {"partnerid": group, "partneruserid": puid, "loginkey": login_key}
            query = "&".join(f"{name}={urllib.parse.quote(value, safe='~')}" for name, value in credentials.items())
            path = f"agentjoin/{host}/{group}/{record_id}" if button == "join" else f"startssn/{host}"
            return f"glancepanorama://{path}?{query}"
        path = "/services/AuthorizationService.svc/rest/Authorize?service=webservices&duration=1&groupid=" + group
        session = self.ask(path, {"partnerid": group, "partneruserid": puid, "loginkey": login_key})
        return self.ask("/agent/launch", {"join": record_id} if button == "join" else {}, session["authToken"])["launchURL"]

    def ask(self, path, body, token=None):
        headers = {"content-type": "application/json"} | ({"authorization": "Bearer " + token} if token else {})
        request = urllib.request.Request(self.settings["ServerUrl__c"] + path, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=10, context=ssl._create_unverified_context()) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            correlation = json.load(error).get("correlationId", "unknown")
            raise Refusal("The server did not let you in. Give this id to your administrator: " + correlation) from None
        except OSError:
            raise Refusal("The Latchkey server cannot be reached: check the server URL in the settings.") from None
