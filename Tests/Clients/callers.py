"""Requests exactly as existing callers send them, and others that look like them.

See `docs/protocol.md#loginkey` and `docs/protocol.md#services`.
"""
import datetime
import json
import re
from urllib.parse import quote, quote_plus, urlencode
from xml.dom import minidom

from part import Part, contains, equal
from server import GROUP, PEOPLE, Server

LOOKUP = "/services/SessionService.asmx/LookupPartnerSession2"
AUTHORIZE = "/services/AuthorizationService.svc/rest/Authorize"
FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
PART = Part("callers")


def tag(answer, name):
    """The text of the first element of that name, as readers have it that know nothing of namespaces."""
    elements = minidom.parseString(answer.body).getElementsByTagName(name)
    return "".join(node.data for node in elements[0].childNodes) if elements else None


def is_found(answer):
    equal(answer.status, 200)
    equal(answer.headers["content-type"], "text/xml; charset=utf-8")
    equal((tag(answer, "passcode"), tag(answer, "calltype")), ("record-1", "C"))
    equal(tag(answer, "visitorversion"), "")
    assert tag(answer, "id") == tag(answer, "ssnid") != "0", answer
    assert tag(answer, "agentjoinurl").startswith("http"), answer


def is_found_by_json(answer):
    equal(answer.status, 200)
    contains(answer.headers["content-type"], "application/json")
    record = answer.json
    equal((record["passcode"], record["calltype"], record["groupid"]), ("record-1", "C", GROUP))
    assert record["id"] == record["ssnid"] > 0, record


def is_signed_in(answer):
    equal(answer.status, 200)
    equal(answer.json["groupId"], GROUP)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.0000000Z", answer.json["authTokeExp"]), answer


def is_token(answer):
    equal(answer.status, 200)
    equal(answer.json.count("."), 2)


def has(count):
    def check(answer):
        equal((answer.status, tag(answer, "result"), tag(answer, "total")), (200, "ok", str(count)))

    return check


def raw(fields):
    """A form whose writer escapes nothing."""
    return "&".join(f"{name}={value}" for name, value in fields.items()).encode()


def sent_by_callers(server):
    """What it is, path, body, header fields, and what the answer has to be."""

    def key(puid="joe"):
        return server.login_key(puid)

    def form(puid="joe", **changes):
        return {"partnerid": GROUP, "partneruserid": puid, "loginkey": key(puid), "ssnkey": "record-1"} | changes

    def renamed(fields, rename):
        return {rename(name): value for name, value in fields.items()}

    def combined(puid):
        return {"partnerid": GROUP, "partneruserid": f"{puid}~{key(puid)}", "ssnkey": "record-1"}

    def title(name):
        return {"partnerid": "PartnerId", "partneruserid": "PartnerUserId"}.get(name, name.title())

    rows = [
        ("a form", LOOKUP, urlencode(form()), FORM, is_found),
        ("upper case", LOOKUP, urlencode(renamed(form(), str.upper)), FORM, is_found),
        ("mixed case", LOOKUP, urlencode(renamed(form(), title)), FORM, is_found),
        ("another case of the path", LOOKUP.upper(), urlencode(form()), FORM, is_found),
        ("raw", LOOKUP, raw(form()), FORM, is_found),
        ("raw, upper case", LOOKUP, raw(renamed(form(), str.upper)), FORM, is_found),
        ("raw + and @", LOOKUP, raw(form("joe+1@x.example")), FORM, is_found),
        ("raw blank", LOOKUP, raw(form("a b")), FORM, is_found),
        ("raw Unicode", LOOKUP, raw(form("Zoë 测试 😀")), FORM, is_found),
        ("raw = ~ $, escaped %", LOOKUP, raw(form("50%2525=~$1$", loginkey=key("50%25=~$1$"))), FORM, is_found),
        ("raw, escaped &", LOOKUP, raw(form("a%26b", loginkey=key("a&b"))), FORM, is_found),
        ("raw, 255 characters", LOOKUP, raw(form("x" * 255)), FORM, is_found),
        ("raw, no Content-Type", LOOKUP, raw(form("joe+1@x.example")), {}, is_found),
        ("raw, charset", LOOKUP, raw(form()), {"content-type": FORM["content-type"] + "; charset=UTF-8"}, is_found),
        ("raw, ends with &", LOOKUP, raw(form()) + b"&", FORM, is_found),
        ("blank as %20", LOOKUP, urlencode(form("a b"), quote_via=quote), FORM, is_found),
        ("blank as +", LOOKUP, urlencode(form("a b"), quote_via=quote_plus), FORM, is_found),
        ("combined", LOOKUP, urlencode(combined("joe")), FORM, is_found),
        ("combined, raw", LOOKUP, raw(combined("joe+1@x.example")), FORM, is_found),
        ("combined, upper case", LOOKUP, raw(renamed(combined("joe"), str.upper)), FORM, is_found),
        ("combined, ~$ in the user id", LOOKUP, urlencode(combined("50%25=~$1$")), FORM, is_found),
        ("JSON", LOOKUP, json.dumps(form()), JSON, is_found_by_json),
        ("JSON, numeric PartnerId", LOOKUP, json.dumps(form(partnerid=int(GROUP))), JSON, is_found_by_json),
        ("JSON, upper case", LOOKUP, json.dumps(renamed(form(), str.upper)), JSON, is_found_by_json),
        ("JSON, combined", LOOKUP, json.dumps(combined("a b")), JSON, is_found_by_json),
        ("JSON without Content-Type", LOOKUP, json.dumps(form()), {}, is_found_by_json),
        ("JSON, null", LOOKUP, json.dumps(combined("joe") | {"loginkey": None}), JSON, is_found_by_json),
    ]
    for puid in PEOPLE:
        rows.append((f"form of {puid[:30]}", LOOKUP, urlencode(form(puid)), FORM, is_found))
        rows.append((f"JSON of {puid[:30]}", LOOKUP, json.dumps(form(puid)), JSON, is_found_by_json))

    where = f"{AUTHORIZE}?groupid={GROUP}&service=webservices&duration=60&site=production"
    presence = f"{AUTHORIZE}?groupid={GROUP}&service=presence"
    credentials = {"partnerid": int(GROUP), "partneruserid": "joe"}
    rows += [
        ("Authorize, JSON", where, json.dumps(credentials | {"loginkey": key()}), JSON, is_signed_in),
        ("Authorize, raw", where, raw(credentials | {"loginkey": key()}), FORM, is_signed_in),
        ("Authorize, upper case", where, raw(renamed(server.credentials(), str.upper)), FORM, is_signed_in),
        ("Authorize, upper case in the URL", where.replace("groupid", "GROUPID"),
         raw(server.credentials()), FORM, is_signed_in),
        ("Authorize, presence", presence, json.dumps(credentials | {"loginkey": key()}), JSON, is_token),
        ("Authorize, combined", where, json.dumps(credentials | {"partneruserid": f"joe~{key()}"}), JSON,
         is_signed_in),
        ("Authorize, user name and LoginKey", where, json.dumps({"username": "joe.plus",
         "loginkey": key("joe+1@x.example")}), JSON, is_signed_in),
        ("Authorize, username~loginkey", where, json.dumps({"username": f"joe.plus~{key('joe+1@x.example')}"}), JSON,
         is_signed_in),
        ("Authorize, username~loginkey, raw", AUTHORIZE, f"USERNAME=joe~{key()}", FORM, is_signed_in),
    ]

    now = datetime.datetime.now(datetime.timezone.utc)
    day = datetime.timedelta(days=1)
    activity = {
        "partnerId": GROUP, "apiKey": server.api_key, "type": "", "status": "A",
        "startRange": (now - day).strftime("%Y-%m-%dT%H:%M:%SZ"), "endRange": (now + day).isoformat(),
    }
    counts = "/services/activityservice.asmx/PartnerSessionCounts"

    def is_counted(answer):
        equal(answer.status, 200)
        contains(answer.text, "<ArrayOfSessionCount")

    def is_counted_by_json(answer):
        equal((answer.status, answer.json), (200, {"sessionCount": []}))

    rows += [
        ("ActivityService, a form", counts, urlencode(activity), FORM, is_counted),
        ("ActivityService, upper case", counts.upper(), urlencode(renamed(activity, str.upper)), FORM, is_counted),
        ("ActivityService, JSON", counts, json.dumps(activity | {"partnerId": int(GROUP)}), JSON, is_counted_by_json),
    ]

    admin = {"PartnerLogin": "admin", "PartnerAuth": key("admin"), "PageCount": "10"}
    show = "/PAPI/ShowUsers.asp"
    rows += [
        ("PAPI", show, urlencode(admin), FORM, has(len(PEOPLE) + 1)),
        ("PAPI, raw, upper case, a PartnerID", show, raw(renamed(admin | {"PartnerAuth": key("admin"),
         "PartnerID": GROUP, "PartnerUserID": "joe+1@x.example"}, str.upper)), FORM, has(1)),
        ("PAPI, another case of the path", show.lower(), urlencode(admin | {"PartnerAuth": key("admin"),
         "PartnerUserID": "joe&partneruserid=admin"}), FORM, has(1)),
    ]
    return rows


REFUSED = {400: "badRequest", 401: "refused"}


def smuggled(server):
    """What it is, path, body, header fields, and the status; nobody may be signed in by any of them."""

    def key(puid="joe"):
        return server.login_key(puid)

    start = f"partnerid={GROUP}&ssnkey=record-1"
    rows = []
    for signed in ("joe", "admin", "a", "a&b", "joe&partneruserid=admin"):
        for what, body, status in [
            ("twice", "partneruserid=joe&partneruserid=admin", 400),
            ("twice, mixed case", "partneruserid=joe&PartnerUserID=admin", 400),
            ("twice, one with an escaped name", "partneruserid=joe&%70artneruserid=admin", 400),
            ("twice, one empty", "partneruserid=&partneruserid=admin", 400),
            ("raw &", "partneruserid=a&b", 400),
            ("raw & and =", "partneruserid=a&b=c", 400),
            ("raw & at the end", "partneruserid=a&b&", 400),
            ("another separator", "partneruserid=joe;partneruserid=admin", 401),
            ("escaped twice", "partneruserid=joe%2526partneruserid%253Dadmin", 401),
            ("as an array", "partneruserid[]=joe", 400),
            ("a blank after the name", "partneruserid%20=joe", 400),
            ("a letter that looks the same", "partneru%C5%BFerid=joe", 400),
            ("NUL", "partneruserid=joe%00", 400),
            ("a broken escape", "partneruserid=joe%2", 400),
            ("no escape", "partneruserid=joe%zz", 400),
            ("broken UTF-8", "partneruserid=joe%FF", 400),
            ("an overlong slash", "partneruserid=joe%C0%AF", 400),
            ("another unicode form", "partneruserid=jo%65%CC%81", 401),
            ("a line break at the end", "partneruserid=joe%0A", 401),
        ]:
            rows.append(
                (f"{what}, signed for {signed}", LOOKUP, f"{start}&{body}&loginkey={quote(key(signed))}", FORM, status)
            )
    # Somebody is really called that; only a LoginKey for all of it is theirs.
    for signed in ("joe", "admin"):
        body = f"{start}&partneruserid=joe%26partneruserid%3Dadmin&loginkey={quote(key(signed))}"
        rows.append((f"an escaped pair in a value, signed for {signed}", LOOKUP, body, FORM, 401))

    body = f"{start}&partneruserid=joe&loginkey={key()}"
    pair = f'"partnerid":{GROUP},"ssnkey":"record-1"'
    rows += [
        ("the same twice", LOOKUP, body + f"&partnerid={GROUP}", FORM, 400),
        ("in URL and body", LOOKUP + "?partneruserid=admin", body, FORM, 400),
        ("in URL and body, mixed case", LOOKUP + "?PARTNERUSERID=joe", body, FORM, 400),
        ("in URL and body, escaped", LOOKUP + "?%50artneruserid=admin", body, FORM, 400),
        ("in URL and JSON", LOOKUP + "?partneruserid=admin",
         f'{{{pair},"partneruserid":"joe","loginkey":"{key()}"}}', JSON, 400),
        ("unknown", LOOKUP, body + "&debug=1", FORM, 400),
        ("two keys", LOOKUP, body + f"&LoginKey={key()}", FORM, 400),
        ("a key beside a combined one", LOOKUP,
         f"{start}&partneruserid=joe~{key()}&loginkey={key('admin')}", FORM, 401),
        ("65 parameters", LOOKUP, body + "".join(f"&p{number}=1" for number in range(65)), FORM, 400),
        ("the same JSON member twice", LOOKUP,
         f'{{{pair},"partneruserid":"joe","partneruserid":"admin","loginkey":"{key()}"}}', JSON, 400),
        ("a JSON member twice, mixed case", LOOKUP,
         f'{{{pair},"partneruserid":"joe","PartnerUserID":"admin","loginkey":"{key()}"}}', JSON, 400),
        ("a JSON member twice, one escaped", LOOKUP,
         f'{{{pair},"partneruserid":"joe","\\u0070artneruserid":"admin","loginkey":"{key()}"}}', JSON, 400),
        ("a JSON member twice, one null", LOOKUP,
         f'{{{pair},"partneruserid":"joe","partneruserid":null,"loginkey":"{key()}"}}', JSON, 400),
        ("a list", LOOKUP, f'{{{pair},"partneruserid":["joe","admin"],"loginkey":"{key()}"}}', JSON, 400),
        ("an object", LOOKUP, f'{{{pair},"partneruserid":{{"a":"joe"}},"loginkey":"{key()}"}}', JSON, 400),
        ("a list around it", LOOKUP, f'[{{{pair},"partneruserid":"joe","loginkey":"{key()}"}}]', JSON, 400),
        ("JSON after JSON", LOOKUP, f'{{{pair},"partneruserid":"joe","loginkey":"{key()}"}}{{}}', JSON, 400),
        ("a lone surrogate", LOOKUP, f'{{{pair},"partneruserid":"joe\\ud800","loginkey":"{key()}"}}', JSON, 400),
        ("NUL in JSON", LOOKUP, f'{{{pair},"partneruserid":"joe\\u0000","loginkey":"{key()}"}}', JSON, 400),
        ("a form that says JSON", LOOKUP, body, JSON, 400),
        ("UTF-16", LOOKUP, body.encode("utf-16"), FORM, 400),
        ("a form in parts", LOOKUP, '--x\r\ncontent-disposition: form-data; name="ssnkey"\r\n\r\nx\r\n--x--\r\n',
         {"content-type": "multipart/form-data; boundary=x"}, 400),
    ]
    for number in ("12345.0", "1.2345e4", "-12345", "+12345", "012345", "0x3039", "12345678901234567890", "12 345"):
        json_body = f'{{"partnerid":{number},"ssnkey":"record-1","partneruserid":"joe","loginkey":"{key()}"}}'
        rows.append((f"the number {number}", LOOKUP, json_body, JSON, 400))
        form = f"partnerid={quote(number)}&ssnkey=record-1&partneruserid=joe&loginkey={key()}"
        rows.append((f"the PartnerId {number}", LOOKUP, form, FORM, 401))

    rows += [
        ("Authorize, twice", AUTHORIZE, f"partnerid={GROUP}&partneruserid=joe&partneruserid=admin&loginkey={key()}",
         FORM, 401),
        ("Authorize, in URL and body", AUTHORIZE + "?partneruserid=admin",
         f"partnerid={GROUP}&partneruserid=joe&loginkey={key()}", FORM, 401),
        ("Authorize, another group in the URL", AUTHORIZE + "?groupid=54321",
         urlencode(server.credentials()), FORM, 401),
        ("Authorize, raw &", AUTHORIZE, f"partnerid={GROUP}&partneruserid=a&b&loginkey={key('a&b')}", FORM, 401),
        ("Authorize, two kinds of credentials", AUTHORIZE, json.dumps(server.credentials() | {"username": "admin"}),
         JSON, 401),
    ]
    admin = f"PartnerLogin=admin&PartnerAuth={quote(key('admin'))}"
    rows += [
        ("PAPI, raw &", "/PAPI/DeleteUser.asp", admin + "&PartnerUserID=a&b", FORM, 400),
        ("PAPI, raw & and =", "/PAPI/DeleteUser.asp", admin + "&PartnerUserID=a&b=", FORM, 400),
        ("PAPI, twice", "/PAPI/DeleteUser.asp", admin + "&PartnerUserID=joe&PARTNERUSERID=a", FORM, 400),
        ("PAPI, in the URL", "/PAPI/DeleteUser.asp?PartnerUserID=joe", admin, FORM, 400),
        ("PAPI, credentials in the URL", "/PAPI/DeleteUser.asp?" + admin, "PartnerUserID=joe", FORM, 400),
        ("PAPI, two ways to sign in", "/PAPI/DeleteUser.asp", admin + "&PartnerPW=x&PartnerUserID=joe", FORM, 401),
        ("PAPI, joe is no administrator", "/PAPI/DeleteUser.asp",
         f"PartnerLogin=joe&PartnerAuth={quote(key())}&PartnerUserID=a", FORM, 401),
        ("PAPI, another group", "/PAPI/DeleteUser.asp", admin + "&PartnerID=54321&PartnerUserID=joe", FORM, 401),
    ]
    return rows


def answers(server, path, body, headers, wanted):
    wanted(server.request("POST", path, body, headers))


def refuses(server, path, body, headers, status):
    answer = server.request("POST", path, body, headers)
    equal(answer.status, status)
    assert "joinurl" not in answer.text and "authToken" not in answer.text, answer
    contains(answer.text, answer.headers["x-correlation-id"])
    if not path.startswith("/PAPI"):
        contains(answer.text, REFUSED[status])


def refuses_get(server, path, fields):
    for method in ("GET", "HEAD"):
        answer = server.request(method, f"{path}?{urlencode(fields)}")
        equal(answer.status, 405)
        allowed = answer.headers["allow"].split(", ")
        assert "POST" in allowed and method not in allowed, allowed


def leaves_no_trace(server):
    """Nobody was deleted, and no credential is in the log."""
    users = json.loads(server.command("user", "list", "--group", GROUP, "--json"))
    active = [user["partnerUserID"] for user in users if user["state"] == "active"]
    equal(sorted(active), sorted([*PEOPLE, "admin"]))
    log = server.log()
    for secret in ("$1$", "%241%24", server.api_key, server.access_token):
        assert secret not in log, log[-1000:]


def main():
    with Server() as server:
        server.visit("record-1")
        sent, refused = sent_by_callers(server), smuggled(server)
        for what, *row in sent:
            PART.check(what, answers, server, *row)
        for what, *row in refused:
            PART.check(what, refuses, server, *row)
        key = {"ssnkey": "record-1"}
        for path, fields in [
            (LOOKUP, server.credentials() | key),
            ("/services/SessionService.asmx/LookupPartnerCobrowseSession", server.credentials() | key),
            ("/services/SessionService.asmx/AgentInSession", server.credentials()),
            ("/services/activityservice.asmx/PartnerSessionCounts", {"partnerId": GROUP, "apiKey": server.api_key}),
            (AUTHORIZE, server.credentials()),
            *[
                (f"/PAPI/{name}.asp", {"PartnerLogin": "admin", "PartnerAuth": server.login_key("admin")})
                for name in ("NewUser", "UpdateUser", "DeleteUser", "ShowUsers", "ShowRoles")
            ],
        ]:
            PART.check(f"GET {path}", refuses_get, server, path, fields)
        PART.check("nothing happened, and no credential is in the log", leaves_no_trace, server)
    PART.end(f"{len(sent)} requests of callers, {len(refused)} that look like them")


main()
