"""The package's Apex turned into Java: its own tests on that, with the lines that they run; known answers; mistakes that they
have to notice. A second runtime beside `apex.py`: this one has Java's regular expressions and texts, integers that overflow,
types where Apex declares them, and the lengths and required fields of records."""
import base64
import hashlib
import hmac
import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "Clients"))

from mutants import MUTANTS  # noqa: E402
from part import Part, equal  # noqa: E402
from program import CLASSES, Java  # noqa: E402
from translate import Program, Unknown  # noqa: E402

PART = Part("compiled")
MINIMUM = 85
ROOT = HERE.parents[1]
VECTORS = [HERE.parent / "LoginKeyTests/Fixtures/known-answers.json", ROOT.parent / "shared/vectors/loginkey-v1.json"]
# Settings that nobody has saved: Salesforce's documents do not say what their fields hold, so the tests may not lean on it.
EMPTY = [("null", {}), ("false where they are checkboxes", {"emptyIsFalse": True}), ("their defaults", {"emptyHasDefaults": True})]
# What must not be taken for something else; each is put into a method of its own.
NOT_KNOWN = [
    "Integer x = 5 & 3;", "String s = other?.trim();", "switch on x { when 1 { } }", "Integer limit = 1;", "x += 1;", "Database.rollback(p);",
    "List<Lead> l = [SELECT Id FROM Lead ORDER BY Name];", "do { } while (true);", "nobody.trim();", "Integer i = 3000000000;", "String s = 'a\\qb';",
]
# What has to come out as Salesforce has it: an expression, and its text.
FACTS = [
    ("2147483647 + 1", "-2147483648"), ("2147483647L + 1", "2147483648"), ("7 / 2", "3"), ("-7 / 2", "-3"), ("'a' == 'A'", "true"),
    ("null == ''", "false"), ("'x' + null + 1", "xnull1"), ("EncodingUtil.urlEncode('a b*~é+/', 'UTF-8')", "a+b*%7E%C3%A9%2B%2F"),
    ("EncodingUtil.base64Encode(Blob.valueOf('x'.repeat(100))).length()", "136"), ("EncodingUtil.base64Encode(Blob.valueOf('x'.repeat(100))).contains('\\n')", "false"),
    ("Id.valueOf('001A0000006Vm9r')", "001A0000006Vm9rIAC"), ("'a,b,,'.split(',').size()", "2"), ("'😀'.length()", "2"), ("'abc'.left(9)", "abc"),
    ("JSON.serialize(JSON.deserializeUntyped('{\"a\":[1,2.50,null,\"é/\\\\u0001\"]}'))", '{"a":[1,2.50,null,"é/\\u0001"]}'),
    ("Pattern.matches('[a-z]+', 'ab\\n')", "false"), ("Datetime.valueOfGmt('2026-11-20 09:30:00').getTime()", "1795167000000"),
    ("new List<String>{ 'a', null }", "(a, null)"), ("Math.mod(-7, 3)", "-1"), ("lead_id() == 'x'", "StringException"), ("1 / 0", "MathException"),
    ("String.valueOf(null).trim()", "NullPointerException"), ("many_queries()", "LimitException"), ("Id.valueOf('short')", "StringException"), ("new List<String>()[0]", "ListException"),
]


def passes(results):
    failed = [f"{name}: {why}" for name, why in results if why is not None]
    assert not failed, "\n".join(failed)


def table(counted):
    """Prints class, lines that count and share; returns the classes that are below the minimum."""
    low = []
    for file, (lines, ran) in sorted(counted.items()):
        if lines:
            share = 100 * len(ran) / len(lines)
            missed = ", ".join(str(line) for line in sorted(lines - ran))
            print(f"      {file.removesuffix('.cls'):28} {len(ran):4} of {len(lines):4} lines  {share:5.1f} %" + (f"  without {missed}" if missed else ""))
            if share < MINIMUM:
                low.append(file)
    return low


def vectors():
    found = {}
    for path in VECTORS:
        if not path.exists():
            print(f"--    {path.name} is not here: its known answers are skipped")
            continue
        for one in json.loads(path.read_text())["vectors"]:
            found[str(one["partnerId"]), one["partnerUserId"], int(one["expires"]), one["apiKey"]] = one["loginKey"]
    return found


def own_vectors():
    """Keys by the Python sample, enough of them that `-` and `_` are among the signatures."""
    spec = importlib.util.spec_from_file_location("loginkey", ROOT / "samples/loginkey.py")
    sample = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sample)
    made = {}
    for user in ("josé+1@x.example ~ 100% & more", "jose\u0301", "\U0001f511" * 40, "005Fk0000000001IAA", "%41\\\"'\t$"):
        for key in ("0123456789ABCDEFGHIJ", "üß\U0001f511", "k" * 65):
            made["98765", user, 1900000007, key] = sample.make_login_key(key, "98765", user, 1900000007)
    assert any("-" in one.split("$")[3] and "_" in one.split("$")[3] for one in made.values())
    return made


def makes(java, case, wanted):
    partner, user, expires, key = case
    equal(java.call("LatchkeyLoginKey", "make", [key, partner, user, expires]).get("value"), wanted)


def is_noticed(java, number, class_name, old, new):
    found = java.first_failure(number, f"Latchkey{class_name}.cls", old, new)
    assert found, "no test noticed"
    assert "is not known here" not in found[1], f"noticed only because this runtime does not know it: {found[1]}"


def is_refused(body):
    source = f"public class X {{ static Integer f(Integer x, String other) {{ {body}\nreturn 1; }} }}"
    try:
        made = Program([("X.cls", source.encode())]).java()
    except Unknown as error:
        assert "X.cls:1: " in str(error), error
    else:
        raise AssertionError(f"became {made['A_X.java'][-300:]}")


def facts_hold():
    """Each expression in a method of its own class."""
    methods = "".join(f"public static String f{at}() {{ return String.valueOf({one}); }}\n" for at, (one, _) in enumerate(FACTS))
    with tempfile.TemporaryDirectory() as folder:
        loop = "for (Integer i = 0; i < 101; i++) { List<Lead> found = [SELECT Id FROM Lead]; }"
        source = f"public class X {{ static String many_queries() {{ try {{ {loop} }} catch (Exception e) {{ return 'caught'; }} return 'x'; }}"
        source += f" static Id lead_id() {{ return Id.valueOf('00Q000000000Abc'); }}\n{methods}}}"
        pathlib.Path(folder, "X.cls").write_text(source)
        java = Java(pathlib.Path(folder))
        for at, (expression, wanted) in enumerate(FACTS):
            answer = java.call("X", f"f{at}", [])
            got = answer["value"] if "value" in answer else answer["type"]
            PART.check(f"Apex: {expression}", equal, got if "value" in answer else got.lower(), wanted if "value" in answer else wanted.lower())
        java.end()


def row(kind, **fields):
    return {"type": kind.lower(), "fields": fields}


def settings(**changed):
    values = {
        "Enabled__c": True, "ServerUrl__c": "https://latchkey.example", "Group__c": "12345", "UserField__c": "Id", "Expiration__c": 3600,
        "SecretSource__c": "apiKey", "Certificate__c": "Latchkey", "LeadButtons__c": "join", "JoinAsOne__c": True, "ImportSessions__c": False,
    }
    return row("LatchkeySettings__c", **values | changed)


def click(java, **facts):
    records = [
        facts.pop("settings", None) or settings(), row("LatchkeySecret__c", ApiKey__c="mySecretApiKey"),
        row("Lead", Id="00QFk0000000001", Name="Smith", IsConverted=False),
    ]
    return java.call("LatchkeyPanelController", "click", ["00QFk0000000001", "join", "web"], records=records, **facts)


def a_remote_action_answers(java):
    """A click from outside of the tests, as a page makes it: the permission counts, the key is right, the API key stays."""
    answer = click(java, permissions=["Latchkey_Agent"])["value"]
    expires = answer["loginkey"].split("$")[2]
    message = f"12345{answer['partneruserid']}1{expires}".encode()
    mac = hmac.new(b"mySecretApiKey", message, hashlib.sha256).digest()
    equal(answer["loginkey"], f"$1${expires}$" + base64.urlsafe_b64encode(mac).decode().rstrip("="))
    assert "mySecretApiKey" not in json.dumps(answer)
    refused = click(java)
    equal((refused["type"], "permission set" in refused["message"]), ("latchkeyexception", True))
    refused = click(java, permissions=["Latchkey_Agent"], settings=settings(Enabled__c=False))
    assert "switched off" in refused["message"], refused


def a_certificate_signs(java):
    """What the organization's certificate signs is a signature for OpenSSL too."""
    with tempfile.TemporaryDirectory() as folder:
        key, public, signature, data = (pathlib.Path(folder, name) for name in ("key", "public", "signature", "data"))
        subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", key], check=True, capture_output=True)
        subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-out", public], check=True)
        source = ("public class X { public static String sign() { return EncodingUtil.base64Encode("
                  "new LatchkeyCertificateSigner().sign(Blob.valueOf('a.b'), 'Latchkey')); } }")
        classes = pathlib.Path(folder, "classes")
        classes.mkdir()
        for path in CLASSES.glob("*.cls"):
            (classes / path.name).write_bytes(path.read_bytes())
        (classes / "X.cls").write_text(source)
        signer = Java(classes)
        signature.write_bytes(base64.b64decode(signer.call("X", "sign", [], keys={"Latchkey": key.read_text()})["value"]))
        assert "cannot sign" in signer.call("X", "sign", [])["message"]
        signer.end()
        data.write_bytes(b"a.b")
        subprocess.run(["openssl", "dgst", "-sha256", "-verify", public, "-signature", signature, data], check=True, capture_output=True)


def main():
    java = Java()
    for what, facts in EMPTY:
        PART.check(f"the package's tests, where empty settings are {what}", passes, java.ask("tests", tests=java.tests, **facts)["results"])
    if not java.tests:
        PART.fail("tests", "there are none")
    low = table(java.counted())
    PART.check(f"every class is covered to {MINIMUM} %", equal, low, [])
    for case, wanted in (vectors() | own_vectors()).items():
        PART.check(f"the package makes {wanted}", makes, java, case, wanted)
    PART.check("a remote action answers", a_remote_action_answers, java)
    PART.check("a certificate signs", a_certificate_signs, java)
    for body in NOT_KNOWN:
        PART.check(f"is refused: {body}", is_refused, body)
    facts_hold()
    for number, (class_name, old, new) in enumerate(MUTANTS):
        PART.check(f"Latchkey{class_name}: {old!r} as {new!r}", is_noticed, java, number, class_name, old, new)
    java.end()
    PART.end(f"{len(java.tests)} Apex tests as Java, {len(MUTANTS)} mistakes that they notice")


if __name__ == "__main__":
    main()
