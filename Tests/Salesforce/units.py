"""The package's own Apex tests, on the runtime that answers the fake organization's remote actions, and what they cover; the
known answers, by the package and by the sample."""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "Clients"))

from apex import Interpreter, annotations, text  # noqa: E402
from part import Part, equal  # noqa: E402
from platform_stubs import ApexError, Platform  # noqa: E402

PART = Part("units")
CLASSES = HERE.parents[1] / "salesforce/force-app/main/default/classes"
MINIMUM = 85
VECTORS = HERE.parent / "LoginKeyTests/Fixtures/known-answers.json"


def run(apex, kind, name):
    """One test in a transaction and an organization of its own."""
    apex.platform.reset()
    apex.platform.user.pop("FederationIdentifier", None)
    apex.begin()
    try:
        apex.call(kind, None, name, [])
    except ApexError as error:
        raise AssertionError(str(error)) from None


def statements(kind):
    """The lines on which statements of a class begin, those of inner classes with it."""
    found = set()

    def walk(node, name):
        for child in node.named_children:
            inner = f"{name}.{text(child.child_by_field_name('name'))}" if child.type == "class_declaration" else name
            if child.type.endswith("statement") or child.type == "local_variable_declaration":
                found.add((name, child.start_point[0]))
            walk(child, inner)

    walk(kind.node, kind.name)
    return found


def covers(apex, kind):
    lines = statements(kind)
    missed = sorted(line + 1 for name, line in lines - apex.covered)
    share = 100 * (len(lines) - len(missed)) / len(lines)
    assert share >= MINIMUM, f"{share:.0f} % of {len(lines)} statements, without lines {missed}"
    return share


def knows(apex, vector):
    """The package, or the sample, makes a key that is known."""
    apex.begin()
    arguments = [vector["apiKey"], vector["partnerId"], vector["partnerUserId"], vector["expires"]]
    equal(apex.call(apex.classes["LatchkeyLoginKey"], None, "make", arguments), vector["loginKey"])


def refuses(apex, arguments):
    apex.begin()
    try:
        made = apex.call(apex.classes["LatchkeyLoginKey"], None, "make", arguments)
    except ApexError as error:
        assert error.name.endswith(("LatchkeyException", "LoginKeyException")) and "top secret" not in error.message, error
    else:
        raise AssertionError(f"made {made}")


def main():
    platform = Platform()
    platform.is_test = True
    apex = Interpreter(CLASSES, platform)
    count = 0
    for kind in apex.classes.values():
        for (name, _), method in kind.methods.items():
            if "IsTest" in kind.annotations and "IsTest" in annotations(method):
                count += 1
                PART.check(f"{kind.name}.{name}", run, apex, kind, name)
    shares = []
    for kind in apex.classes.values():
        if "IsTest" not in kind.annotations and statements(kind):
            PART.check(f"{kind.name} is covered", lambda kind=kind: shares.append(covers(apex, kind)))
    vectors = json.loads(VECTORS.read_text())["vectors"]
    for name, folder in (("package", CLASSES), ("sample", HERE.parents[1] / "samples")):
        maker = Interpreter(folder)
        for vector in vectors:
            PART.check(f"the {name} makes {vector['loginKey']}", knows, maker, vector)
        good = ["top secret", "12345", "u", 1900000000]
        for at, bad in ((0, ""), (0, None), (1, ""), (1, None), (2, ""), (2, None), (3, 1900000000000), (3, None)):
            PART.check(f"the {name} refuses {bad!r} at {at}", refuses, maker, [*good[:at], bad, *good[at + 1:]])
    if not count:
        PART.fail("tests", "there are none")
    PART.end(f"{count} Apex tests; each class is covered to {min(shares, default=0):.0f} % or more")


if __name__ == "__main__":
    main()
