"""What the package uses of Salesforce's platform: values, records, describe, crypto, calls out, permissions, Canvas."""
import base64
import copy
import datetime
import hashlib
import hmac
import json
import pathlib
import re
import ssl
import subprocess
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree as ElementTree

OBJECTS = pathlib.Path(__file__).parents[2] / "salesforce/force-app/main/default/objects"
KINDS = {"Text": "String", "Checkbox": "Boolean", "Number": "Decimal", "DateTime": "Datetime"}
PREFIXES = {"Lead": "00Q", "Contact": "003", "Case": "500", "Account": "001", "User": "005", "Task": "00T"}
CHECKSUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
USER_FIELDS = {
    "id": ("Id", "ID"), "username": ("Username", "STRING"), "email": ("Email", "EMAIL"),
    "federationidentifier": ("FederationIdentifier", "STRING"), "isactive": ("IsActive", "BOOLEAN"),
    "employeenumber": ("EmployeeNumber", "STRING"),
}


def custom_fields():
    """Object → field → type, length (0: none) and label, of the package's objects."""
    found = {}
    for path in sorted(OBJECTS.glob("*/fields/*.xml")):
        facts = {one.tag.rpartition("}")[2]: one.text for one in ElementTree.parse(path).getroot()}
        name = "Task" if path.parts[-3] == "Activity" else path.parts[-3]
        found.setdefault(name, {})[facts["fullName"]] = KINDS[facts["type"]], int(facts.get("length", 0)), facts["label"]
    return found


CUSTOM_FIELDS = custom_fields()


class ApexError(Exception):
    """An exception of the Apex; `value` is what was thrown, if the package declares it."""

    def __init__(self, name, message="", value=None):
        super().__init__(f"{name}: {message}")
        self.name, self.message, self.value = name, message, value


class SObject:
    def __init__(self, type_name):
        self.type_name, self.fields = type_name, {}


class Id(str):
    """18 characters."""


class Namespace:
    """A name of the platform, with dots."""

    def __init__(self, name):
        self.name = name

    def __eq__(self, other):
        return isinstance(other, Namespace) and other.name == self.name

    def __hash__(self):
        return hash(self.name)


class Plain:
    """A platform object with fields and no behaviour of its own."""

    def __init__(self, kind, **fields):
        self.kind, self.fields = kind, fields


def equals(left, right):
    if isinstance(left, str) and isinstance(right, str):
        if isinstance(left, Id) or isinstance(right, Id):
            return left[:15] == right[:15]
        return left.lower() == right.lower()
    return left == right


def text_of(value, of_none=None):
    if value is None:
        return of_none
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "(" + ", ".join(text_of(one, "null") for one in value) + ")"
    return str(value)


def to_json(value):
    if isinstance(value, dict):
        return {text_of(key): to_json(one) for key, one in value.items()}
    return [to_json(one) for one in value] if isinstance(value, list) else value


def make_id(prefix, number):
    body = f"{prefix}Fk{number:010d}"
    suffix = ""
    for chunk in (body[:5], body[5:10], body[10:15]):
        suffix += CHECKSUM[sum(1 << at for at, one in enumerate(chunk) if one.isupper())]
    return Id(body + suffix)


class Platform:
    """One organization, in memory. Calls out go to a mock in tests, and to real servers otherwise."""

    def __init__(self):
        self.organization_id = Id("00DFk000000abcDMAQ")
        self.user = {"Id": make_id("005", 1), "Username": "dana@acme.example", "Email": "dana@acme.example"}
        self.keys, self.permissions, self.is_test = {}, set(), False
        self.reset()

    def reset(self):
        """No records, no settings."""
        self.tables, self.settings, self.deleted, self.numbers = {}, {}, {}, 0
        self.mock, self.is_changed, self.queued = None, False, []

    # Records

    def is_object(self, name):
        return name in PREFIXES or name.endswith("__c")

    def put(self, record, name, value):
        if name.endswith("Id") and isinstance(value, str) and not isinstance(value, Id):
            value = self.id_of(value)
        record.fields[name] = value

    def convert(self, value, kind):
        return self.id_of(value) if kind == "Id" and isinstance(value, str) else value

    def id_of(self, value):
        if isinstance(value, Id):
            return value
        if value is None or not re.fullmatch("[A-Za-z0-9]{15}([A-Z0-5]{3})?", value):
            raise ApexError("StringException", f"Invalid id: {value}")
        if len(value) == 18:
            return Id(value)
        chunks = (value[:5], value[5:10], value[10:15])
        return Id(value + "".join(CHECKSUM[sum(1 << at for at, one in enumerate(chunk) if one.isupper())] for chunk in chunks))

    def type_of(self, record_id):
        for name, prefix in PREFIXES.items():
            if record_id.startswith(prefix):
                return name
        raise ApexError("SObjectException", "unknown key prefix")

    def change(self, operation, target):
        self.is_changed = True
        for record in target if isinstance(target, list) else [target]:
            table = self.settings if record.type_name in ("LatchkeySettings__c", "LatchkeySecret__c") else self.tables
            rows = table.setdefault(record.type_name, {})
            if operation == "delete":
                self.deleted.setdefault(record.type_name, []).append(rows.pop(record.fields["Id"]))
                continue
            self.check_lengths(record)
            if operation == "update" and record.type_name == "User":
                self.user.update(record.fields)
                continue
            if record.fields.get("Id") is None:
                if operation == "update":
                    raise ApexError("DmlException", "MISSING_ARGUMENT")
                self.numbers += 1
                record.fields["Id"] = make_id(PREFIXES.get(record.type_name, "a00"), self.numbers)
                if record.type_name in ("Lead", "Contact"):
                    record.fields["Name"] = record.fields["LastName"]
                if record.type_name == "Lead":
                    record.fields["IsConverted"] = False
                if record.type_name == "Case":
                    record.fields["CaseNumber"] = f"{self.numbers:08d}"
            elif operation == "insert":
                raise ApexError("DmlException", "cannot specify Id in an insert call")
            rows[record.fields["Id"]] = copy.deepcopy(record)

    @staticmethod
    def check_lengths(record):
        for name, (_, length, label) in CUSTOM_FIELDS.get(record.type_name, {}).items():
            value = record.fields.get(name)
            if length and value is not None and len(value) > length:
                raise ApexError("DmlException", f"STRING_TOO_LONG, {label}: data value too large: {value} (max length={length})")

    def query(self, names, source, tests, is_all=False):
        """`is_all`: those in the recycle bin too."""
        found = []
        rows = [self.user_record()] if source == "User" else list(self.tables.get(source, {}).values())
        if is_all:
            rows += self.deleted.get(source, [])
        for row in rows:
            if all(self.matches(row.fields.get(field), operator, value) for field, operator, value in tests):
                shown = SObject(source)
                shown.fields = {name: row.fields.get(name) for name in {*names, "Id"}}
                found.append(shown)
        return found

    @staticmethod
    def matches(value, operator, wanted):
        return any(equals(value, one) for one in wanted) if operator == "IN" else equals(value, wanted)

    def user_record(self):
        record = SObject("User")
        record.fields = dict(self.user)
        return record

    def setting(self, name):
        for record in self.settings.get(name, {}).values():
            return copy.deepcopy(record)
        return SObject(name)

    # Names

    def namespace(self, name):
        known = {
            "String", "System", "JSON", "Math", "Pattern", "Crypto", "EncodingUtil", "Blob", "UserInfo", "Schema", "Database", "Id",
            "Test", "FeatureManagement", "Canvas", "Long", "Decimal", "Date", "Datetime", "LatchkeySettings__c", "LatchkeySecret__c",
            "HttpCalloutMock",
        }
        if name not in known:
            raise NameError(name)
        return Namespace(name)

    def member(self, value, name):
        if isinstance(value, SObject):
            return value.fields.get(name)
        if isinstance(value, Plain):
            return value.fields[name]
        if isinstance(value, Namespace):
            if value.name == "Canvas.Test" and name == "KEY_PARAMETERS":
                return "parameters"
            return Namespace(f"{value.name}.{name}")
        if value is None:
            raise ApexError("NullPointerException", "Attempt to de-reference a null object")
        raise TypeError(f"{value!r} has no {name}")

    def create(self, name, arguments):
        makers = {
            "HttpRequest": lambda: Plain("HttpRequest", endpoint="", method="", body="", headers={}, timeout=0),
            "HttpResponse": lambda: Plain("HttpResponse", status=0, body="", headers={}),
            "Http": lambda: Plain("Http"),
            "SelectOption": lambda value, label: Plain("SelectOption", value=value, label=label),
            "ApexPages.StandardController": lambda record: Plain("StandardController", record=record),
            "CalloutException": lambda: ApexError("CalloutException"),
            "Canvas.CanvasRenderException": lambda message: ApexError("Canvas.CanvasRenderException", message),
        }
        return makers[name](*arguments)

    # Methods

    def invoke(self, value, name, arguments, frame):
        if value is None:
            raise ApexError("NullPointerException", "Attempt to de-reference a null object")
        if isinstance(value, Namespace):
            return self.static(f"{value.name}.{name}", arguments, frame)
        kind = (
            "Error" if isinstance(value, ApexError) else value.kind if isinstance(value, Plain) else
            "Set" if type(value).__name__ == "ApexSet" else type(value).__name__
        )
        method = getattr(self, f"do_{kind}_{name}", None)
        if method is None:
            raise TypeError(f"{kind} has no {name}")
        return method(value, *arguments)

    def do_str_trim(self, value):
        return value.strip()

    def do_str_toLowerCase(self, value):
        return value.lower()

    def do_str_endsWith(self, value, end):
        return value.endswith(end)

    def do_str_startsWith(self, value, start):
        return value.startswith(start)

    def do_str_contains(self, value, part):
        return part in value

    def do_str_indexOf(self, value, part):
        return value.find(part)

    def do_str_length(self, value):
        return len(value.encode("utf-16-le")) // 2

    def do_str_left(self, value, count):
        return value[:count]

    def do_str_substring(self, value, start, end=None):
        if not 0 <= start <= (len(value) if end is None else end) <= len(value):
            raise ApexError("StringException", "index out of range")
        return value[start:end]

    def do_str_replace(self, value, old, new):
        return value.replace(old, new)

    def do_str_split(self, value, pattern):
        parts = re.split(pattern, value)
        while len(parts) > 1 and parts[-1] == "":
            parts.pop()
        return parts

    def do_str_repeat(self, value, count):
        return value * count

    def do_str_compareTo(self, value, other):
        return (value > other) - (value < other)

    def do_Id_getSObjectType(self, value):
        return self.type_of(value)

    def do_bytes_toString(self, value):
        return value.decode()

    def do_int_intValue(self, value):
        return value

    def do_list_add(self, value, one):
        value.append(one)

    def do_list_size(self, value):
        return len(value)

    def do_list_isEmpty(self, value):
        return not value

    def do_list_contains(self, value, one):
        return one in value

    do_Set_size, do_Set_contains = do_list_size, do_list_contains

    def do_Set_add(self, value, one):
        return value.add(one)

    def do_dict_put(self, value, key, one):
        value[key] = one

    def do_dict_get(self, value, key):
        return value.get(key)

    def do_dict_size(self, value):
        return len(value)

    def do_dict_keySet(self, value):
        return list(value)

    def do_dict_values(self, value):
        return list(value.values())

    def do_SObject_get(self, value, name):
        return value.fields.get(name)

    def do_datetime_getTime(self, value):
        return int(value.timestamp() * 1000)

    def do_datetime_addDays(self, value, days):
        return value + datetime.timedelta(days=days)

    def do_datetime_formatGmt(self, value, pattern):
        if pattern != "yyyy-MM-dd'T'HH:mm:ss'Z'":
            raise TypeError(pattern)
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")

    def do_datetime_dateGmt(self, value):
        return value.date()

    def do_Error_getMessage(self, value):
        return value.message

    def do_Error_getDmlMessage(self, value, row):
        return value.message.partition(", ")[2]

    def do_Error_setMessage(self, value, message):
        value.message = message

    def do_HttpRequest_setEndpoint(self, value, one):
        value.fields["endpoint"] = one

    def do_HttpRequest_setMethod(self, value, one):
        value.fields["method"] = one

    def do_HttpRequest_setTimeout(self, value, one):
        value.fields["timeout"] = one

    def do_HttpRequest_setBody(self, value, one):
        value.fields["body"] = one

    def do_HttpRequest_setHeader(self, value, name, one):
        value.fields["headers"][name.lower()] = one

    def do_HttpRequest_getEndpoint(self, value):
        return value.fields["endpoint"]

    def do_HttpRequest_getMethod(self, value):
        return value.fields["method"]

    def do_HttpRequest_getBody(self, value):
        return value.fields["body"]

    def do_HttpRequest_getHeader(self, value, name):
        return value.fields["headers"].get(name.lower())

    def do_HttpResponse_setStatusCode(self, value, one):
        value.fields["status"] = one

    def do_HttpResponse_setBody(self, value, one):
        value.fields["body"] = one

    def do_HttpResponse_getStatusCode(self, value):
        return value.fields["status"]

    def do_HttpResponse_getBody(self, value):
        return value.fields["body"]

    def do_SelectOption_getValue(self, value):
        return value.fields["value"]

    def do_StandardController_getId(self, value):
        return value.fields["record"].fields.get("Id")

    def do_SaveResult_isSuccess(self, value):
        return value.fields["success"]

    def do_Describe_getName(self, value):
        return value.fields["name"]

    def do_Describe_getType(self, value):
        return Namespace("Schema.DisplayType." + value.fields["type"])

    def do_Describe_getDescribe(self, value):
        return value

    def do_RenderContext_getEnvironmentContext(self, value):
        return value.fields["environment"]

    def do_EnvironmentContext_setParametersAsJSON(self, value, one):
        value.fields["parameters"] = one

    def do_EnvironmentContext_getParametersAsJSON(self, value):
        return value.fields["parameters"]

    def do_Http_send(self, value, request):
        if self.is_changed:
            raise ApexError("CalloutException", "You have uncommitted work pending. Please commit or rollback before calling out")
        if self.is_test:
            if self.mock is None:
                raise ApexError("CalloutException", "Methods defined as TestMethod do not support Web service callouts")
            return self.interpreter.call(self.mock.kind, self.mock, "respond", [request])
        fields = request.fields
        asked = urllib.request.Request(fields["endpoint"], fields["body"].encode(), fields["headers"], method=fields["method"])
        try:
            context = ssl._create_unverified_context()
            with urllib.request.urlopen(asked, timeout=fields["timeout"] / 1000, context=context) as answer:
                return Plain("HttpResponse", status=answer.status, body=answer.read().decode())
        except urllib.error.HTTPError as error:
            return Plain("HttpResponse", status=error.code, body=error.read().decode())
        except OSError as error:
            raise ApexError("CalloutException", str(error)) from None

    # Statics

    def static(self, name, arguments, frame):
        method = getattr(self, "static_" + name.replace(".", "_"), None)
        if method is None:
            raise TypeError(f"there is no {name}")
        if name == "Database.query":
            return self.query_text(arguments[0], frame)
        return method(*arguments)

    def query_text(self, text, frame):
        found = re.fullmatch(r"SELECT (\w+) FROM (\w+) WHERE Id = :(\w+)", text)
        if not found:
            raise ApexError("QueryException", f"unexpected token: {text}")
        bound = frame.scope(found[3])[found[3]]
        return self.query([found[1]], found[2], [("Id", "=", bound)])

    def static_Database_query(self, text):
        raise NotImplementedError

    def static_Database_insert(self, records, all_or_none):
        self.change("insert", records)
        return [Plain("SaveResult", success=True) for _ in records]

    def static_String_valueOf(self, value):
        return text_of(value)

    def static_String_isBlank(self, value):
        return value is None or not value.strip()

    def static_String_isNotBlank(self, value):
        return not self.static_String_isBlank(value)

    def static_String_join(self, values, separator):
        return separator.join(text_of(one) for one in values)

    def static_Pattern_matches(self, pattern, value):
        if value is None:
            raise ApexError("NullPointerException", "Argument cannot be null.")
        return re.fullmatch(pattern, value) is not None

    def static_Math_mod(self, left, right):
        return left % right

    def static_Long_valueOf(self, value):
        return int(value)

    static_Decimal_valueOf = static_Long_valueOf

    def static_Id_valueOf(self, value):
        return self.id_of(value)

    def static_Blob_valueOf(self, value):
        return value.encode()

    def static_EncodingUtil_base64Encode(self, value):
        return base64.b64encode(value).decode()

    def static_EncodingUtil_base64Decode(self, value):
        return base64.b64decode(value)

    def static_EncodingUtil_urlEncode(self, value, charset):
        return urllib.parse.quote_plus(value, safe="*-._").replace("~", "%7E")

    def static_Crypto_generateMac(self, algorithm, data, key):
        if algorithm != "hmacSHA256":
            raise ApexError("SecurityException", algorithm)
        return hmac.new(key, data, hashlib.sha256).digest()

    def static_Crypto_signWithCertificate(self, algorithm, data, certificate):
        if algorithm != "RSA-SHA256" or certificate not in self.keys:
            raise ApexError("InvalidParameterValueException", "Could not find the certificate")
        command = ["openssl", "dgst", "-sha256", "-sign", self.keys[certificate]]
        return subprocess.run(command, input=data, capture_output=True, check=True).stdout

    def static_JSON_serialize(self, value):
        return json.dumps(to_json(value), separators=(",", ":"), ensure_ascii=False)

    def static_JSON_deserializeUntyped(self, value):
        try:
            return json.loads(value)
        except ValueError:
            raise ApexError("JSONException", "Unexpected character") from None

    def static_UserInfo_getOrganizationId(self):
        return self.organization_id

    def static_UserInfo_getUserId(self):
        return self.user["Id"]

    def static_UserInfo_getUserName(self):
        return self.user["Username"]

    def static_FeatureManagement_checkPermission(self, name):
        return name in self.permissions

    def static_Schema_SObjectType_User_fields_getMap(self):
        return {key: Plain("Describe", name=name, type=kind) for key, (name, kind) in USER_FIELDS.items()}

    def static_System_now(self):
        return datetime.datetime.now(datetime.UTC)

    def static_Datetime_valueOfGmt(self, value):
        return datetime.datetime.fromisoformat(value).replace(tzinfo=datetime.UTC)

    def static_Datetime_newInstanceGmt(self, *parts):
        return datetime.datetime(*parts, tzinfo=datetime.UTC)

    def static_Date_newInstance(self, *parts):
        return datetime.date(*parts)

    def static_LatchkeySettings__c_getInstance(self):
        return self.setting("LatchkeySettings__c")

    static_LatchkeySettings__c_getOrgDefaults = static_LatchkeySettings__c_getInstance

    def static_LatchkeySecret__c_getOrgDefaults(self):
        return self.setting("LatchkeySecret__c")

    def static_System_enqueueJob(self, job):
        self.queued.append(job)

    def static_Canvas_Test_mockRenderContext(self, application, environment):
        context = Plain("EnvironmentContext", parameters=environment.get("parameters", "{}"))
        return Plain("RenderContext", environment=context)

    # Tests

    def static_Test_startTest(self):
        self.is_changed = False

    def static_Test_stopTest(self):
        queued, self.queued = self.queued, []
        for job in queued:
            self.is_changed = False
            self.interpreter.call(job.kind, job, "execute", [None])

    def static_Test_setMock(self, kind, mock):
        self.mock = mock

    def static_System_assert(self, condition, message=""):
        if condition is not True:
            raise ApexError("AssertException", f"Assertion Failed: {text_of(message)}")

    def static_System_assertEquals(self, wanted, got, message=""):
        if wanted != got:
            raise ApexError("AssertException", f"Expected: {wanted!r}, Actual: {got!r} {text_of(message)}")

    def static_System_assertNotEquals(self, wanted, got):
        if wanted == got:
            raise ApexError("AssertException", f"Same value: {wanted!r}")
