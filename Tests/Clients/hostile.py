"""What nobody should send: broken XML and HTTP, bodies that are too large, methods that are not there."""
import gzip
import json
import os
import re
import resource
import socket
import tempfile
import time
from urllib.parse import parse_qs, urlencode
from xml.dom import minidom

from part import Part, contains, equal
from server import GROUP, Server

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
SERVICES = "http://www.glancenetworks.com/services"
SESSION_SERVICE = "/services/SessionService.asmx"
AUTHORIZE = "/services/AuthorizationService.svc/rest/Authorize"
XML = {"content-type": "text/xml; charset=utf-8"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
PART = Part("hostile")


def element(name, text):
    return f"<{name}>{text}</{name}>"


def envelope(inside, before="", header="", namespace=SOAP):
    return (
        f'{before}<s:Envelope xmlns:s="{namespace}" xmlns="{SERVICES}">'
        f"{header}<s:Body>{inside}</s:Body></s:Envelope>"
    )


def lookup(server, puid="joe", more="", operation="LookupPartnerSession2"):
    fields = server.credentials(puid) | {"ssnkey": "record-1"}
    return element(operation, "".join(element(*field) for field in fields.items()) + more)


def good_envelopes(server):
    """Unusual, but SOAP 1.1: what it is, and the body."""
    entry = '<w:Security xmlns:w="urn:w"><w:UsernameToken>x</w:UsernameToken></w:Security>'
    call = lookup(server)
    return [
        ("a mark of the byte order", b"\xef\xbb\xbf" + envelope(call).encode()),
        ("a declaration", envelope(lookup(server), before='<?xml version="1.0" encoding="UTF-8"?>')),
        ("a comment", envelope(lookup(server) + "<!-- < & -->")),
        ("character data", envelope(lookup(server).replace("record-1", "<![CDATA[record-1]]>"))),
        ("character references", envelope(lookup(server).replace("record-1", "&#114;ecord&#x2d;1"))),
        ("blanks and lines", envelope("\r\n\t " + lookup(server).replace("><", ">\n<") + " ")),
        ("a header that need not be understood", envelope(lookup(server), header=f"<s:Header>{entry}</s:Header>")),
        ("prefixes", envelope(re.sub("<(/?)", r"<\1v:", lookup(server)).replace(
            "<v:LookupPartnerSession2>", f'<v:LookupPartnerSession2 xmlns:v="{SERVICES}">', 1))),
        ("upper-case parameters", envelope(lookup(server).replace("ssnkey", "SSNKEY"))),
        ("attributes", envelope(lookup(server).replace("<ssnkey>", '<ssnkey xml:lang="en" x="1">'))),
    ]


def bad_envelopes(server):
    """What it is, body, code of the fault, and part of its text."""
    call = lookup(server)
    dtd = '<!DOCTYPE x [<!ENTITY a "joe">]>'
    laughs = "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi"))
    understood = '<s:Header><h xmlns="urn:h" s:mustUnderstand="1"/></s:Header>'
    operation = "LookupPartnerSession2"
    return [
        ("nothing", "", "Client", "cannot be read"),
        ("blanks", " \n ", "Client", "cannot be read"),
        ("no XML", "partnerid=12345", "Client", "cannot be read"),
        ("JSON", "{}", "Client", "cannot be read"),
        ("half an envelope", envelope(call)[:-5], "Client", "cannot be read"),
        ("half a body", envelope(call)[:200], "Client", "cannot be read"),
        ("a second root", envelope(call) * 2, "Client", "cannot be read"),
        ("text after it", envelope(call) + "x", "Client", "cannot be read"),
        ("no closing tag", envelope(call).replace("</ssnkey>", ""), "Client", "cannot be read"),
        ("an entity nobody declared", envelope(call.replace("joe", "&joe;")), "Client", "cannot be read"),
        ("a control character", envelope(call.replace("joe", "j\x01oe")), "Client", "cannot be read"),
        ("a reference to NUL", envelope(call.replace("joe", "joe&#0;")), "Client", "cannot be read"),
        ("a reference to a surrogate", envelope(call.replace("joe", "joe&#xD800;")), "Client", "cannot be read"),
        ("an attribute twice", envelope(call.replace("<ssnkey>", '<ssnkey a="1" a="2">')), "Client", "cannot be"),
        ("a prefix nobody declared", envelope(call.replace("ssnkey", "q:ssnkey")), "Client", "read"),
        ("another root", envelope(call).replace("Envelope", "Letter"), "Client", "cannot be read"),
        ("no body", f'<s:Envelope xmlns:s="{SOAP}"/>', "Client", "cannot be read"),
        ("two bodies", envelope(call).replace("</s:Envelope>", f"<s:Body>{call}</s:Body></s:Envelope>"), "Client",
         "cannot be read"),
        ("a document type", envelope(call, before=dtd), "Client", "document type"),
        ("an entity", envelope(call.replace("joe", "&a;"), before=dtd), "Client", "document type"),
        ("a billion laughs", envelope(call.replace("joe", "&i;"),
         before=f'<!DOCTYPE x [<!ENTITY a "ha">{laughs}]>'), "Client", "document type"),
        ("a file", envelope(call.replace("joe", "&a;"), before='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hosts">]>'),
         "Client", "document type"),
        ("a document type after a declaration", envelope(call, before=f'<?xml version="1.0"?>\n{dtd}'), "Client",
         "document type"),
        ("a lower-case document type", envelope(call, before=dtd.replace("DOCTYPE", "doctype")), "Client", "document"),
        ("a processing instruction", envelope(call, before='<?xml-stylesheet href="x"?>'), "Client", "processing"),
        ("Latin-1", envelope(call.replace("joe", "jo\xe9")).encode("latin-1"), "Client", "UTF-8"),
        ("it says Latin-1", envelope(call, before='<?xml version="1.0" encoding="iso-8859-1"?>'), "Client", "UTF-8"),
        ("it says UTF-7", envelope(call, before="<?xml version='1.0' encoding='UTF-7'?>"), "Client", "UTF-8"),
        ("UTF-16", envelope(call).encode("utf-16"), "Client", "UTF-8"),
        ("UTF-32", envelope(call).encode("utf-32"), "Client", "UTF-8"),
        ("NUL", envelope(call.replace("joe", "joe\0")), "Client", "UTF-8"),
        ("SOAP 1.2", envelope(call, namespace="http://www.w3.org/2003/05/soap-envelope"), "VersionMismatch", "1.1"),
        ("no namespace", envelope(call, namespace="").replace("s:", "").replace('xmlns:s="" ', ""), "VersionMismatch",
         "1.1"),
        ("a header that must be understood", envelope(call, header=understood), "MustUnderstand", "understood"),
        ("no operation", envelope(""), "Client", "one operation"),
        ("two operations", envelope(call + call), "Client", "one operation"),
        ("another namespace", envelope(call.replace(f"<{operation}>", f'<{operation} xmlns="urn:x">')), "Client",
         "namespace"),
        ("an unknown operation", envelope(lookup(server, operation="DropTables")), "Client", "no such operation"),
        ("an operation in another case", envelope(lookup(server, operation=operation.lower())), "Client",
         "no such operation"),
        ("an operation of the other service", envelope(lookup(server, operation="PartnerSessionCounts")), "Client",
         "no such operation"),
        ("elements in a parameter", envelope(call.replace("record-1", "<b>record-1</b>")), "Client", "text only"),
        ("a parameter twice", envelope(lookup(server, more=element("partneruserid", "admin"))), "Client", "once"),
        ("a parameter twice, mixed case", envelope(lookup(server, more=element("SSNKEY", "x"))), "Client", "once"),
        ("an unknown parameter", envelope(lookup(server, more=element("debug", "1"))), "Client", "not one of this"),
        ("a name that is not ASCII", envelope(lookup(server, more=element("é", "1"))), "Client", ""),
        ("too many parameters", envelope(lookup(server, more=element("p", "1") * 200)), "Client", ""),
        ("too deep", envelope("<a>" * 500 + "</a>" * 500), "Client", ""),
        ("a name of 10,000 letters", envelope(element("a" * 10_000, "")), "Client", ""),
        ("a value of 30,000 characters", envelope(call.replace("joe", "j" * 30_000)), "Client", "refused"),
        ("more than 32 KiB", envelope(call.replace("joe", "j" * 33_000)), "Client", "too large"),
        ("a megabyte", envelope(call + " " * 1_000_000), "Client", "too large"),
    ]


def answers_envelope(server, body):
    answer = server.request("POST", SESSION_SERVICE, body if isinstance(body, bytes) else body.encode(), XML)
    equal(answer.status, 200)
    contains(answer.text, "<passcode>record-1</passcode>")


def faults(server, body, code, text):
    answer = server.request("POST", SESSION_SERVICE, body if isinstance(body, bytes) else body.encode(), XML)
    equal((answer.status, answer.headers["content-type"]), (500, "text/xml; charset=utf-8"))
    fault = minidom.parseString(answer.body)
    equal(fault.getElementsByTagName("faultcode")[0].firstChild.data, f"soap:{code}")
    contains(fault.getElementsByTagName("faultstring")[0].firstChild.data, text)
    contains(answer.text, f"<correlationid>{answer.headers['x-correlation-id']}</correlationid>")
    for secret in ("$1$", "joe", "ha" * 10, "localhost"):
        assert secret not in answer.text, answer


def headers_of_soap(server):
    """SOAPAction and the content type play no part, a charset does."""
    call = envelope(lookup(server)).encode()
    for headers, status in [
        ({"soapaction": '"urn:other"'} | XML, 200),
        ({"content-type": "application/soap+xml"}, 200),
        ({}, 200),
        ({"content-type": 'text/xml; charset="UTF-8"'}, 200),
        ({"content-type": "text/xml; charset=utf-16"}, 500),
        ({"content-type": "text/xml; charset=iso-8859-1"}, 500),
    ]:
        equal((headers, server.request("POST", SESSION_SERVICE, call, headers).status), (headers, status))
    squeezed = server.request("POST", SESSION_SERVICE, gzip.compress(call), XML | {"content-encoding": "gzip"})
    equal(squeezed.status, 500)


def methods(server):
    """Every path answers a method that it does not have with 405 and those that it has."""
    for path, allowed in [
        (SESSION_SERVICE, "GET, HEAD, POST"), (SESSION_SERVICE + "/AgentInSession", "POST"),
        ("/services/activityservice.asmx", "GET, HEAD, POST"), ("/PAPI/ShowUsers.asp", "POST"),
        (f"/api/v0/groups/{GROUP}/roles", "GET, POST, PUT"), (f"/api/v0/groups/{GROUP}/users", "GET"),
    ]:
        for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
            if method not in allowed and not (method == "HEAD" and "GET" in allowed):
                answer = server.request(method, path)
                equal((method, path, answer.status, answer.headers["allow"]), (method, path, 405, allowed))


def heads(server):
    """An answer to HEAD has the status of GET's, and no body, which would be read as the answer to the next request."""
    for path in ("/", "/nothing", "/healthz", "/login", "/login?a=%", AUTHORIZE, SESSION_SERVICE, SESSION_SERVICE + "/AgentInSession",
                 SESSION_SERVICE + "/Nothing", "/PAPI/ShowUsers.asp", f"/api/v0/groups/{GROUP}/users", "/api/v0/nothing",
                 "/api/v1/me", "/scim/v2/Users", "/scim/v2/Schemas", "/scim/v2/Nothing", "/a//b", "/visitor.js",
                 "/services/authorizationservice/GetVisitorSettings3?groupid=1"):
        request = b"%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: %s\r\n\r\n"
        received = talk(server, request % (b"HEAD", path.encode(), b"keep-alive") + request % (b"GET", b"/healthz", b"close"))
        assert received is not None, (path, "there is no answer after two seconds")
        rest = received.partition(b"\r\n\r\n")[2]
        assert not rest or rest.startswith(b"HTTP/1.1 200 "), (path, received)
        equal((path, int(received.split()[1])), (path, server.request("GET", path).status))


def bodies(server):
    """What it is, path, body, header fields and the status."""
    form = "partnerid=12345&partneruserid=joe&ssnkey=record-1&loginkey="
    lookup_path = SESSION_SERVICE + "/LookupPartnerSession2"
    roles = f"/api/v0/groups/{GROUP}/roles"
    bearer = JSON | {"authorization": f"Bearer {server.access_token}"}
    people, scim = "/scim/v2/Users", bearer | {"content-type": "application/scim+json"}
    rows = []
    for path, headers, status in [
        (people, scim, 413), (lookup_path, FORM, 413), (AUTHORIZE, FORM, 413), ("/PAPI/NewUser.asp", FORM, 413),
        ("/api/v1/visits", JSON, 413), (roles, bearer, 413), (SESSION_SERVICE, XML, 500),
    ]:
        for size in (300_000, 3_000_000):
            rows.append((f"{size:,} bytes to {path}", path, b"a=" + b"x" * size, headers, status))
    rows += [
        ("a value of 30,000 characters", lookup_path, form + "x" * 30_000, FORM, 401),
        ("a user id of 30,000 characters", lookup_path, form.replace("joe", "x" * 30_000), FORM, 401),
        ("a session key of 64", lookup_path, form.replace("record-1", "x" * 64), FORM, 400),
        ("a negative session key", lookup_path, form.replace("record-1", "-1"), FORM, 401),
        ("no body", lookup_path, None, FORM, 400),
        ("only separators", lookup_path, "&&&", FORM, 400),
        ("only =", lookup_path, "=", FORM, 400),
        ("XML to a form", lookup_path, envelope(lookup(server)), XML, 400),
        ("deep JSON", lookup_path, '{"a":' * 10_000 + "1" + "}" * 10_000, JSON, 413),
        ("less deep JSON", lookup_path, '{"a":' * 2000 + "1" + "}" * 2000, JSON, 400),
        ("JSON for Authorize that is cut off", AUTHORIZE, "{", JSON, 401),
        ("a list for Authorize", AUTHORIZE, "[]", JSON, 401),
        ("text to PAPI", "/PAPI/ShowUsers.asp", "PartnerLogin=admin", {"content-type": "text/plain"}, 415),
        ("JSON to PAPI", "/PAPI/ShowUsers.asp", "{}", JSON, 415),
        ("deep JSON to REST", roles, "[" * 50_000 + "]" * 50_000, bearer, 400),
        ("objects in each other to REST", roles, '[{"settings":' * 5000 + "1" + "}]" * 5000, bearer, 400),
        ("a number that no integer holds to REST", roles, '[{"roleId":1e999}]', bearer, 400),
        ("a large number to REST", roles, "[" + "9" * 5000 + "]", bearer, 400),
        ("a negative roleId", roles.replace("roles", "delete-roles"), "[-1]", bearer, 400),
        ("a roleId of 0.5", roles.replace("roles", "delete-roles"), "[0.5]", bearer, 400),
        ("broken UTF-8 to REST", roles, b'[{"name":"\xff"}]', bearer, 400),
        ("NUL to REST", roles, '[{"name":"a\\u0000b"}]', bearer, 400),
        ("a member twice to REST", roles, '[{"name":"twice","name":"other"}]', bearer, 400),
        ("UTF-16 to REST", roles, '[{"name":"x"}]'.encode("utf-16"), bearer, 400),
        ("no JSON to SCIM", people, "{", scim, 400),
        ("a list to SCIM", people, "[]", scim, 400),
        ("deep JSON to SCIM", people, "[" * 50_000, scim, 400),
        ("a member twice to SCIM", people, '{"userName":"x","userName":"y"}', scim, 400),
        ("a member twice to SCIM, mixed case", people, '{"userName":"x","USERNAME":"y"}', scim, 400),
        ("UTF-16 to SCIM", people, '{"userName":"x"}'.encode("utf-16"), scim, 400),
        ("NUL to SCIM", people, '{"userName":"a\\u0000b"}', scim, 400),
        ("a form to SCIM", people, "userName=x", bearer | FORM, 400),
    ]
    return rows


def has_status(server, path, body, headers, status):
    answer = server.request("POST", path, body, headers)
    equal(answer.status, status)
    assert answer.headers["x-correlation-id"], answer.headers
    if not path.startswith("/scim"):
        contains(answer.text, answer.headers["x-correlation-id"])


def queries(server):
    """Parameters of the lists of REST."""
    bearer = {"authorization": f"Bearer {server.access_token}"}
    users = f"/api/v0/groups/{GROUP}/users"
    for query, status in [
        ("", 200), ("limit=1&offset=0", 200), ("LIMIT=1", 200), ("username=", 200), ("username=*", 200),
        ("username=%F0%9F%98%80", 200), ("username=jo*", 200), ("offset=2147483647", 200), ("roleID=1", 200),
        ("limit=0", 400), ("limit=-1", 400), ("limit=1001", 400), ("limit=1e2", 400), ("limit=", 400),
        ("limit=%D9%A1", 400), ("offset=-1", 400), ("offset=2147483648", 400), ("limit=1&LIMIT=2", 400),
        ("limit=99999999999999999999", 400), ("username=a*b", 400), ("username=%00", 400), ("username=%", 400),
        ("username=%FF", 400), ("ormode=maybe", 400), ("nothing=1", 200), ("flag", 200), ("roleID=0", 400), ("roleID=-1", 400),
        ("username=" + "x" * 5000, 400), ("username=%27%20OR%201=1--", 200),
    ]:
        answer = server.request("GET", f"{users}?{query}", None, bearer)
        equal((query, answer.status), (query, status))
    equal(server.request("GET", f"{users}?username=%27%20OR%201=1--", None, bearer).json["usersList"], [])
    for path in ("0", "-1", "1e1", "9" * 30, "x", "01", "+1", "1.0"):
        for what in ("users", "roles"):
            equal(server.request("GET", f"/api/v0/groups/{GROUP}/{what}/{path}", None, bearer).status, 404)
    for group in ("54321", "012345", "0", "-1", "x", "1" * 50):
        equal(server.request("GET", f"/api/v0/groups/{group}/users", None, bearer).status, 404)


# Where a page might be made to send somebody (the spellings are those of the URL standard's own tests).
ELSEWHERE = [
    "https://evil.example/", "//evil.example/", "///evil.example", "\\\\evil.example", "/\\evil.example", "/\t/evil.example",
    "https:evil.example", "http:/evil.example", "javascript:alert(1)", "data:text/html,x", "/%2f/evil.example",
    "/.//evil.example", "https://127.0.0.1@evil.example/", "//evil.example%2f@127.0.0.1/", " //evil.example",
    "/agent/start//evil.example", "/agent/start\r\nLocation: https://evil.example", "https：//evil.example", "/x/..//evil.example",
]
PAGES = ["/agentjoin/AgentView.aspx", "/agentjoin/AgentJoin.aspx", "/agent/start", "/account/GetLoginKey.aspx", "/login/default.aspx"]


def stays_here(answer):
    """A redirect leads to one of our own pages by its path, and nowhere else."""
    location = answer.headers["location"]
    if location is None:
        assert not 300 <= answer.status < 400, answer
        return None
    equal(answer.status, 303)
    equal(answer.headers.get_all("location"), [location])
    assert location.partition("?")[0] in [*PAGES, "/login/switch"], location
    assert "\n" not in location and "evil.example" not in location.partition("?")[0], location
    return location


def redirects(server):
    """Nothing that a request says decides where a page sends somebody."""
    names = ["page", "return", "returnUrl", "next", "url", "redirect", "RelayState", "goto", "sessionkey", "correlationid"]
    own = {"origin": server.url} | FORM
    count = 0
    for path in PAGES:
        for number, place in enumerate(ELSEWHERE):
            name = names[number % len(names)]
            fields = {**server.credentials(), name: place}
            query = path + "?" + urlencode(fields)
            for answer in (server.request("POST", path, urlencode(fields), own), server.request("GET", query)):
                count += stays_here(answer) is not None
    assert count > len(PAGES) * len(ELSEWHERE), count
    # The question before one user takes another's place returns to one of our pages, too.
    first = server.request("POST", PAGES[2], urlencode(server.credentials("joe")), own)
    cookie = {"cookie": server.request("GET", stays_here(first)).headers["set-cookie"].partition(";")[0]}
    for place in ["/agent/start", *ELSEWHERE]:
        second = server.request("POST", PAGES[2], urlencode(server.credentials("a b")), own | cookie)
        location = stays_here(second)
        equal(location.partition("?")[0], "/login/switch")
        ticket = parse_qs(location.partition("?")[2])["ticket"][0]
        answer = server.request("POST", "/login/switch", urlencode({"ticket": ticket, "page": place}), own | cookie)
        equal(answer.status, 303 if place == "/agent/start" else 401)
        stays_here(answer)


def tokens(server):
    """What stands in Authorization has to be a whole token."""
    good = server.access_token
    for value in (
        "", "Bearer", "Bearer ", f"Basic {good}", good, f"Bearer\t{good}", f"Bearer {good[:-1]}",
        f"Bearer {good}x", f"Bearer {good.upper()}", "Bearer " + "x" * 5000, f"Bearer {good}, Bearer {good}",
    ):
        for path in ("/api/v1/me", f"/api/v0/groups/{GROUP}/roles", "/scim/v2/Users"):
            answer = server.request("GET", path, None, {"authorization": value})
            equal((value, path, answer.status), (value, path, 401))
    # The scheme in any case, and one blank or more behind it (RFC 6750 section 2.1).
    for value in (f"bEARER {good}", f"Bearer  {good}"):
        equal(server.request("GET", "/api/v1/me", None, {"authorization": value}).status, 200)


# Below HTTP


def talk(server, data):
    """Sends bytes and reads what comes until the server closes; `None` if it does not within two seconds."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=2) as connection:
        received = b""
        try:
            connection.sendall(data)
            while part := connection.recv(65_536):
                received += part
        except TimeoutError:
            return None
        except ConnectionError:
            pass
        return received


HEAD = b"Host: 127.0.0.1\r\nConnection: close\r\n"
FORM_HEAD = b"POST /services/SessionService.asmx/AgentInSession HTTP/1.1\r\n" + HEAD
RAW_REQUESTS = [
    ("no HTTP", b"HELLO\r\n\r\n", 400),
    ("an unknown method", b"FLY /healthz HTTP/1.1\r\n" + HEAD + b"\r\n", 400),
    ("a method in lower case", b"get /healthz HTTP/1.1\r\n" + HEAD + b"\r\n", 400),
    ("another version", b"GET /healthz HTTP/9.9\r\n" + HEAD + b"\r\n", 400),
    ("NUL in the path", b"GET /healthz\0 HTTP/1.1\r\n" + HEAD + b"\r\n", 400),
    ("raw UTF-8 in the URL", "GET /healthz?name=José HTTP/1.1\r\n".encode() + HEAD + b"\r\n", 400),
    ("a long URL", b"GET /healthz?" + b"a" * 20_000 + b" HTTP/1.1\r\n" + HEAD + b"\r\n", 400),
    ("a long header field", b"GET /healthz HTTP/1.1\r\n" + HEAD + b"X: " + b"a" * 20_000 + b"\r\n\r\n", 400),
    ("many header fields", b"GET /healthz HTTP/1.1\r\n" + HEAD + b"X: a\r\n" * 100 + b"\r\n", 400),
    ("NUL in a header field", b"GET /healthz HTTP/1.1\r\n" + HEAD + b"X: a\0b\r\n\r\n", 400),
    ("a blank before the colon", b"GET /healthz HTTP/1.1\r\n" + HEAD + b"X : a\r\n\r\n", 400),
    ("a negative length", FORM_HEAD + b"Content-Length: -1\r\n\r\n", 400),
    ("two lengths", FORM_HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
    ("a length beside chunks", FORM_HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("a broken chunk", FORM_HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    ("an unknown encoding", FORM_HEAD + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400),
    ("a path with an escape", b"GET /%68ealthz HTTP/1.1\r\n" + HEAD + b"\r\n", 404),
    ("a path with dots", b"GET /x/../healthz HTTP/1.1\r\n" + HEAD + b"\r\n", 404),
    ("OPTIONS of everything", b"OPTIONS * HTTP/1.1\r\n" + HEAD + b"\r\n", 404),
    ("chunks", FORM_HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\na=b\r\n0\r\n\r\n", 400),
    ("an offer of HTTP/2", b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade, HTTP2-Settings, close\r\n"
     b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n", 200),
    ("an offer of HTTP/2 with a form", FORM_HEAD + b"Upgrade: h2c\r\nContent-Length: 3\r\n\r\na=b", 400),
    ("an offer of something else", b"GET /healthz HTTP/1.1\r\n" + HEAD + b"Upgrade: fly/1\r\n\r\n", 200),
]


def answers_bytes(server, data, status):
    received = talk(server, data)
    assert received is not None, "there is no answer after two seconds"
    assert received.startswith(f"HTTP/1.1 {status} ".encode()), f"{received[:200]!r} where {status} was wanted"


def stops_reading(server):
    """Who sends requests and reads no answers is not read from any more: the answers would fill the memory."""
    body = b"partnerid=1&partneruserid=x&loginkey=$1$1700000000$" + b"A" * 43
    head = f"POST {AUTHORIZE} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
        connection.settimeout(3)
        connection.connect(("127.0.0.1", server.port))
        sent = 0
        try:
            while sent < 12 << 20:
                sent += connection.send((head + body) * 500)
        except TimeoutError:
            return
    raise AssertionError(f"the server has read {sent} bytes, whose answers nobody reads")


def addresses_of_one_network():
    """Hundreds of addresses of one /64, behind a trusted proxy: their bad keys have one budget, and another network its own."""
    refusals = {"LATCHKEY_SIGN_IN_REFUSAL_BURST": "20", "LATCHKEY_SIGN_IN_REFUSALS_PER_SECOND": "1"}
    with Server(refusals | {"LATCHKEY_HTTP_TRUSTED_PROXIES": "127.0.0.1"}) as server:
        def signs_in(address, **changes):
            return server.request("POST", AUTHORIZE, urlencode(server.credentials() | changes), {
                "content-type": "application/x-www-form-urlencoded", "x-forwarded-for": address}).status

        bad = "$1$" + str(int(time.time()) + 600) + "$" + "A" * 43
        found = [signs_in(f"2001:db8:0:1::{number:x}", loginkey=bad) for number in range(1, 301)]
        assert found.count(401) < 60 and found.count(429) > 240, (found.count(401), found.count(429))
        equal(signs_in("2001:db8:0:2::1"), 200)


def many_silent_peers():
    """More connections than a shell's usual limit of open files: the server has raised it, and answers others."""
    with tempfile.TemporaryDirectory() as folder:
        program = folder + "/latchkey"
        with open(program, "w") as script:
            script.write(f'#!/bin/sh\nulimit -Sn 1024\nexec "{os.path.abspath(os.environ["LATCHKEY_BINARY"])}" "$@"\n')
        os.chmod(program, 0o755)
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, most), most))
        server = Server({"LATCHKEY_HTTP_CONNECTIONS_PER_SOURCE": "2000"})
        server.binary = program
        with server:
            peers = [socket.create_connection(("127.0.0.1", server.port), timeout=20) for _ in range(1100)]
            begin = time.monotonic()
            equal(server.request("GET", "/healthz").status, 200)
            assert time.monotonic() - begin < 5, time.monotonic() - begin
            with open(f"/proc/{server.process.pid}/limits") as limits:
                soft = next(line for line in limits if line.startswith("Max open files")).split()[3]
            assert int(soft) > 1024, soft
            for peer in peers:
                peer.close()


def is_well(server):
    """The server still answers, is the same process, and wrote of no failed request and no secret."""
    equal(server.process.poll(), None)
    equal(server.request("GET", "/readyz").status, 200)
    log = server.log()
    for word in ("a request failed", "error latchkey", "critical latchkey", "$1$", server.access_token, server.api_key):
        assert word not in log, log[-1000:]
    roles = server.command("role", "list", "--group", GROUP, "--json")
    equal(json.loads(roles), [])


def main():
    with Server() as server:
        server.visit("record-1")
        for what, body in good_envelopes(server):
            PART.check(f"an envelope with {what}", answers_envelope, server, body)
        for what, *row in bad_envelopes(server):
            PART.check(f"no envelope: {what}", faults, server, *row)
        PART.check("header fields of SOAP", headers_of_soap, server)
        PART.check("methods", methods, server)
        PART.check("heads", heads, server)
        for what, *row in bodies(server):
            PART.check(what, has_status, server, *row)
        PART.check("queries and paths of REST", queries, server)
        PART.check("tokens", tokens, server)
        PART.check("redirects", redirects, server)
        for what, *row in RAW_REQUESTS:
            PART.check(f"bytes: {what}", answers_bytes, server, *row)
        PART.check("a peer that reads nothing", stops_reading, server)
        PART.check("the server is well", is_well, server)
    PART.check("addresses of one IPv6 network", addresses_of_one_network)
    PART.check("many silent peers", many_silent_peers)
    PART.end("XML, HTTP, sizes, methods")


main()
