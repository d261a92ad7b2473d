"""SessionService and ActivityService by SOAP, called by zeep from our own WSDL with everything it checks turned on."""
import contextlib
import datetime
import importlib.metadata
import re
import time
import warnings

import zeep
from websockets.sync.client import connect
from zeep import xsd
from zeep.exceptions import Fault
from zeep.plugins import HistoryPlugin

from part import Part, contains, equal
from server import GROUP, PEOPLE, Server

NAMESPACE = "http://www.glancenetworks.com/services"
REFUSED = "Sign-in was refused. Give the correlation id to your administrator."
SESSION_SERVICE = "/services/SessionService.asmx"
ACTIVITY_SERVICE = "/services/activityservice.asmx"
UTC = datetime.timezone.utc
PART = Part("soap")
CONNECTIONS = contextlib.ExitStack()
# What zeep cannot make sense of in a WSDL it only warns of.
warnings.filterwarnings("error", module="zeep")


class Client:
    """A service as zeep calls it."""

    def __init__(self, server, path):
        self.history = HistoryPlugin()
        self.zeep = zeep.Client(
            f"{server.url}{path}?WSDL", settings=zeep.Settings(strict=True), plugins=[self.history]
        )

    def __getattr__(self, operation):
        return getattr(self.zeep.service, operation)

    @property
    def operations(self):
        return sorted(self.zeep.service._operations)

    def fault(self, code, message, operation, **arguments):
        """Calls an operation that has to fail, checks the fault against the schema, and returns its correlation id."""
        try:
            answer = getattr(self, operation)(**arguments)
        except Fault as fault:
            headers = self.history.last_received["http_headers"]
            equal(fault.code, "soap:Client")
            equal(len(fault.detail), 1)
            detail = self.zeep.wsdl.types.deserialize(fault.detail[0])
            equal(detail.code, code)
            equal(fault.message, detail.message)
            contains(detail.message, message)
            assert re.fullmatch("[0-9a-f]{32}", detail.correlationid), detail.correlationid
            equal(headers["X-Correlation-ID"], detail.correlationid)
            return detail.correlationid
        raise AssertionError(f"{operation} answered {answer}")


class Seat:
    """One side's connection to a session."""

    def __init__(self, admission):
        self.socket = CONNECTIONS.enter_context(connect(admission["server"]))
        self.say("connect", f', "serverKey": "{admission["serverKey"]}"')
        self.hear("connected")

    def say(self, what, more=""):
        self.socket.send(f'{{"type": "{what}"{more}}}')

    def hear(self, what):
        while f'"type":"{what}"' not in self.socket.recv(timeout=10):
            pass


def agent_asks(server, puid, **body):
    """Starts or joins a session as an agent who is signed in."""
    answer = server.post_json("/services/AuthorizationService.svc/rest/Authorize", server.credentials(puid))
    headers = {"authorization": f"Bearer {answer.json['authToken']}"}
    answer = server.post_json("/api/v1/sessions", body, headers)
    assert answer.status == 200, answer
    return answer.json


def meet(server, visitor_id, puid, **visitor):
    """A session that an agent and a visitor are in; answers both seats."""
    guest = Seat(server.visit(visitor_id, **visitor))
    agent = Seat(agent_asks(server, puid, action="join", visitorid=visitor_id))
    guest.hear("consentAsked")
    guest.say("accept")
    agent.hear("active")
    return guest, agent


# SessionService


def describes_itself(server):
    client = Client(server, SESSION_SERVICE)
    equal(client.operations, ["AgentInSession", "LookupPartnerCobrowseSession", "LookupPartnerSession2"])
    equal(client.zeep.service._binding_options["address"], server.url + SESSION_SERVICE)
    client = Client(server, ACTIVITY_SERVICE)
    equal(
        client.operations,
        ["PartnerGuestDetails", "PartnerSessionCounts", "PartnerSessionCountsEnding", "PartnerSessionDetails"],
    )
    equal(client.zeep.service._binding_options["address"], server.url + ACTIVITY_SERVICE)


def says_not_started(server, client):
    answer = client.LookupPartnerSession2(**server.credentials(), ssnkey="nobody-here")
    equal(answer.id, 0)
    equal([name for name in answer if answer[name]], [])
    answer = client.LookupPartnerCobrowseSession(**server.credentials(), ssnkey="nobody-here")
    equal((answer.id, answer.joinurl), (0, None))


def finds_a_visit(server, client):
    server.visit("record-1")
    found = client.LookupPartnerSession2(**server.credentials(), ssnkey="record-1")
    assert isinstance(found.id, int) and found.id > 0, found
    assert isinstance(found.personid, int) and found.personid > 0, found
    equal(found.ssnid, found.id)
    equal((found.groupid, found.passcode, found.calltype), (GROUP, "record-1", "C"))
    equal((found.serverip, found.servername), ("127.0.0.1", f"127.0.0.1:{server.port}"))
    cobrowse = client.LookupPartnerCobrowseSession(**server.credentials(), ssnkey="record-1")
    equal(cobrowse.id, found.id)
    for url in (found.agentjoinurl, cobrowse.joinurl):
        assert url.startswith(server.url + "/"), url
        assert "loginkey" not in url.lower() and "$1$" not in url and "%241" not in url, url
        opens_once(server, url)


def opens_once(server, url):
    page = server.request("GET", url.removeprefix(server.url))
    equal(page.status, 200)
    contains(page.headers["content-type"], "text/html")
    contains(page.text, "joe")
    again = server.request("GET", url.removeprefix(server.url))
    equal(again.status, 401)
    assert "joe" not in again.text, again


def tells_types_apart(server, client):
    screen = agent_asks(server, "joe", action="start", sessionkey="screen-1")
    found = client.LookupPartnerSession2(**server.credentials(), ssnkey="screen-1")
    equal((found.calltype, found.passcode), ("G", "screen-1"))
    equal(client.LookupPartnerCobrowseSession(**server.credentials(), ssnkey="screen-1").id, 0)
    return screen


def lists_none(server, client):
    equal(client.AgentInSession(**server.credentials("a b")), None)


def lists_several(server, client):
    meet(server, "busy-1", "joe+1@x.example")
    one = client.AgentInSession(**server.credentials("joe+1@x.example"))
    equal([session.passcode for session in one], ["busy-1"])
    agent_asks(server, "joe+1@x.example", action="start", sessionkey="busy-2")
    agent_asks(server, "joe+1@x.example", action="start", sessionkey="busy-3")
    sessions = client.AgentInSession(**server.credentials("joe+1@x.example"))
    equal(sorted(session.passcode for session in sessions), ["busy-1", "busy-2", "busy-3"])
    equal([session.num for session in sessions], [1, 2, 3])
    equal(len({session.id for session in sessions}), 3)
    equal(len({session.disambiguateId for session in sessions}), 3)
    equal({session.servername for session in sessions}, {f"127.0.0.1:{server.port}"})
    found = client.LookupPartnerSession2(**server.credentials("joe+1@x.example"), ssnkey="busy-1")
    contains([session.id for session in sessions], found.id)


def names_the_client(server, client):
    server.command("group", "update", GROUP, "--desktop-client")
    found = client.LookupPartnerSession2(**server.credentials(), ssnkey="record-1")
    equal(found.clientjoinurl, f"glancepanorama://agentjoin/127.0.0.1:{server.port}/{GROUP}/record-1")


def finds_unusual_people(server, client):
    for puid in PEOPLE:
        found = client.LookupPartnerSession2(**server.credentials(puid), ssnkey="record-1")
        assert found.agentjoinurl, f"{puid}: {found}"


def credentials_that_are_wrong(server):
    """What each is, and credentials with it."""
    good = server.credentials()
    head, signature = good["loginkey"][:14], good["loginkey"][14:]
    return [
        ("another signature", good | {"loginkey": head + ("B" if signature[0] == "A" else "A") + signature[1:]}),
        ("another API key", good | {"loginkey": server.login_key(api_key="0123456789ABCDEFGHIJ")}),
        ("another user", good | {"partneruserid": "admin"}),
        ("nobody", good | {"partneruserid": "nobody", "loginkey": server.login_key("nobody")}),
        ("another group", good | {"partnerid": "54321"}),
        ("no group", good | {"partnerid": "-1"}),
        ("over", good | {"loginkey": server.login_key(lives=-1)}),
        ("more than a day", good | {"loginkey": server.login_key(lives=90_000)}),
        ("no LoginKey", good | {"loginkey": "nothing"}),
        ("empty LoginKey", good | {"loginkey": ""}),
        ("empty PartnerUserId", good | {"partneruserid": ""}),
        ("no partnerid", good | {"partnerid": xsd.SkipValue}),
        ("no partneruserid", good | {"partneruserid": xsd.SkipValue}),
        ("no loginkey", good | {"loginkey": xsd.SkipValue}),
        ("a PartnerUserId of 300 characters", good | {"partneruserid": "x" * 300}),
        ("the API key as LoginKey", good | {"loginkey": server.api_key}),
    ]


def refuses_alike(server, client):
    """Every refusal is the same fault, and the reason is in the audit under its id."""
    ids = set()
    for operation in client.operations:
        key = {} if operation == "AgentInSession" else {"ssnkey": "record-1"}
        for what, credentials in credentials_that_are_wrong(server):
            try:
                ids.add(client.fault("refused", REFUSED, operation, **credentials, **key))
            except AssertionError as error:
                raise AssertionError(f"{operation}, {what}: {error}") from error
    equal(len(ids), 3 * len(credentials_that_are_wrong(server)))
    audit = server.command("audit", "list", "--limit", "1000")
    equal([identity for identity in ids if identity not in audit], [])


def faults_name_what_to_mend(server, client):
    for key in (xsd.SkipValue, "", " ", "a b", "a/b", "x" * 64, "é", "-1\n"):
        for operation in ("LookupPartnerSession2", "LookupPartnerCobrowseSession"):
            client.fault("badRequest", "ssnkey", operation, **server.credentials(), ssnkey=key)


# ActivityService


def range_now(**changes):
    now = datetime.datetime.now(UTC)
    day = datetime.timedelta(days=1)
    return dict(partnerId=GROUP, type="", status="", startRange=now - day, endRange=now + day) | changes


def counts_sessions(server, client):
    """One completed and one active cobrowse session beside those that never became active, and what is said of them."""
    visitor = {"name": "Dana <&> \"D\" 测试", "email": "dana@x.example", "phone": "+1 555 0100"}
    # Sessions are kept in whole seconds: this one has to be newer than the others, and last.
    time.sleep(1.1)
    guest, _ = meet(server, "done-1", "joe", **visitor)
    # And it has to have lasted a second.
    time.sleep(1.1)
    guest.say("leave")
    guest.hear("ended")
    key = {"apiKey": server.api_key}
    completed = client.PartnerSessionCounts(**range_now(status="C"), **key)
    equal([(row.type, row.status, row.count) for row in completed], [("C", "C", 1)])
    assert 1 <= completed[0].averageDuration <= 10, completed
    active = client.PartnerSessionCounts(**range_now(status="A", type="C"), **key)
    equal([(row.type, row.status, row.count) for row in active], [("C", "A", 1)])
    ending = client.PartnerSessionCountsEnding(**range_now(status="C", type="C"), **key)
    equal([(row.type, row.status, row.count) for row in ending], [("C", "C", 1)])
    none = client.PartnerSessionCounts(**range_now(status="C", type="V"), **key)
    equal([(row.type, row.status, row.count, row.averageDuration) for row in none], [("V", "C", 0, 0)])
    equal(client.PartnerSessionCountsEnding(**range_now(status="A"), **key), None)

    details = client.PartnerSessionDetails(**range_now(), **key)
    equal([(row.key, row.status, row.partnerUserId) for row in details],
          [("done-1", "C", "joe"), ("busy-1", "A", "joe+1@x.example")])
    for row in details:
        equal(row.startTime.utcoffset(), datetime.timedelta(0))
        assert abs(datetime.datetime.now(UTC) - row.startTime) < datetime.timedelta(minutes=5), row
        equal((row.type, row.server), ("C", "main"))
    equal((details[0].endTime - details[0].startTime).total_seconds(), details[0].duration)
    equal(details[1].endTime, None)
    guests = client.PartnerGuestDetails(**range_now(status="C"), **key)
    equal([(row.id, row.key, row.startTime) for row in guests],
          [(details[0].id, "done-1", details[0].startTime)])
    equal({name: guests[0][name] for name in visitor}, visitor)
    anonymous = client.PartnerGuestDetails(**range_now(status="A"), **key)
    equal([(row.name, row.email, row.phone) for row in anonymous], [("Visitor", None, None)])


def turns_pages(server, client):
    for operation in ("PartnerSessionDetails", "PartnerGuestDetails"):
        call = getattr(client, operation)
        key = {"apiKey": server.api_key}
        pages = [call(**range_now(), **key, pageStart=start, pageCount=1) for start in range(3)]
        equal([page and [row.key for row in page] for page in pages], [["done-1"], ["busy-1"], None])
        for name, value in (("pageStart", -1), ("pageCount", 0), ("pageCount", 1001), ("pageCount", -(2**63))):
            client.fault("badRequest", name, operation, **range_now(), **key, **{name: value})


def reads_times(server, client):
    """Times have a zone, in whatever spelling the schema has; outside of it nothing is guessed."""
    key = {"apiKey": server.api_key}
    zone = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
    now = datetime.datetime.now(zone)
    hours = datetime.timedelta(hours=2)
    rows = client.PartnerSessionDetails(
        **range_now(startRange=now - hours, endRange=now + hours), **key
    )
    equal(len(rows), 2)
    for operation in client.operations:
        local = datetime.datetime.now()
        status = {"status": "C"}
        for changes, name in [
            ({"startRange": local - hours}, "startRange"),
            ({"endRange": local}, "endRange"),
            ({"endRange": now - datetime.timedelta(days=2)}, "endRange"),
            ({"startRange": now - datetime.timedelta(days=40)}, "31 days"),
            ({"type": "X"}, "type"),
            ({"type": xsd.SkipValue}, "type"),
            ({"status": "J"}, "status"),
            ({"startRange": xsd.SkipValue}, "startRange"),
        ]:
            client.fault("badRequest", name, operation, **range_now(**(status | changes)), **key)


def needs_the_api_key(server, client):
    for operation in client.operations:
        for changes in (
            {"apiKey": "0123456789ABCDEFGHIJ"}, {"apiKey": ""}, {"apiKey": server.login_key("joe")},
            {"apiKey": server.access_token}, {"apiKey": server.api_key, "partnerId": "54321"},
            {"apiKey": server.api_key, "partnerId": ""}, {"apiKey": xsd.SkipValue},
            {"apiKey": server.api_key, "partnerId": xsd.SkipValue}, {"apiKey": server.api_key.lower()},
        ):
            client.fault("refused", REFUSED, operation, **(range_now(status="C") | changes))


def main():
    with Server() as server, CONNECTIONS:
        PART.check("the WSDL describes the service at the server's own address", describes_itself, server)
        sessions = Client(server, SESSION_SERVICE)
        for what, check in [
            ("a session that is not there has not started", says_not_started),
            ("a visit is found, and its joinurl opens once", finds_a_visit),
            ("a screen share is no cobrowse session", tells_types_apart),
            ("an agent in no session", lists_none),
            ("an agent in several sessions", lists_several),
            ("clientjoinurl names the session and no credential", names_the_client),
            ("unusual PartnerUserIds", finds_unusual_people),
            ("every refusal is the same fault", refuses_alike),
            ("a fault says what is wrong with ssnkey", faults_name_what_to_mend),
        ]:
            PART.check(what, check, server, sessions)
        activity = Client(server, ACTIVITY_SERVICE)
        for what, check in [
            ("counts and details are those of the sessions", counts_sessions),
            ("pages of details", turns_pages),
            ("times with and without a zone, ranges, types and states", reads_times),
            ("the API key, of that group", needs_the_api_key),
        ]:
            PART.check(what, check, server, activity)
    PART.end(f"zeep {importlib.metadata.version('zeep')}")


main()
