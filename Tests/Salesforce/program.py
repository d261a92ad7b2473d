"""The package's Apex as a Java program: translated by `translate.py`, compiled and run by `java/`, one process for everything."""
import atexit
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree

from translate import Program

HERE = pathlib.Path(__file__).parent
CLASSES = HERE.parents[1] / "salesforce/force-app/main/default/classes"
OBJECTS = CLASSES.parent / "objects"
NAMESPACE = "{http://soap.sforce.com/2006/04/metadata}"
TYPES = {"Text": "string", "Checkbox": "boolean", "Number": "decimal", "DateTime": "datetime"}


def sources(folder):
    return [(path.name, path.read_bytes()) for path in sorted(folder.glob("*.cls"))]


def fields():
    """Object, field, type, length, default and whether it is unique, of the package's objects."""
    found = []
    for path in sorted(OBJECTS.iterdir()):
        name = "task" if path.name == "Activity" else path.name.lower()
        if name != "task":
            whole = ElementTree.parse(path / f"{path.name}.object-meta.xml").getroot()
            found += [[name, "Id", "id", 0, "", False], [name, "Name", "string", 80, "", False]]
            if whole.findtext(NAMESPACE + "customSettingsType") == "Hierarchy":
                found.append([name, "SetupOwnerId", "id", 0, "", False])
        for one in sorted((path / "fields").iterdir()):
            root = ElementTree.parse(one).getroot()

            def read(tag, root=root):
                return root.findtext(NAMESPACE + tag) or ""

            found.append([name, read("fullName"), TYPES[read("type")], int(read("length") or 0), read("defaultValue"), read("unique") == "true"])
    return found


class Java:
    """The process; `lines` has the lines of each file that count for coverage."""

    def __init__(self, folder=CLASSES):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        runtime = self.folder / "runtime"
        command = ["javac", "-nowarn", "-proc:none", "-d", str(runtime), *map(str, sorted((HERE / "java").glob("*.java")))]
        subprocess.run(command, check=True)
        self.process = subprocess.Popen(
            ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss4m", "-Dfile.encoding=UTF-8", "-cp", str(runtime), "Main", str(runtime)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )
        atexit.register(self.end)
        self.sources = sources(folder)
        self.program = Program(self.sources)
        self.tests = [list(one) for one in self.program.tests()]
        self.facts = {"files": [name for name, _ in self.sources], "lines": [len(source.splitlines()) for _, source in self.sources], "fields": fields()}
        self.java = self.program.java()
        self.ask("load", folder=str(self.write("base", self.java)), **self.facts)

    def write(self, name, files):
        folder = self.folder / name
        folder.mkdir()
        for file, source in files.items():
            (folder / file).write_text(source)
        return folder

    def ask(self, verb, **facts):
        self.process.stdin.write(json.dumps({"do": verb, **facts}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the Java process ended")
        answer = json.loads(line)
        if "refused" in answer:
            raise RuntimeError(answer["refused"][:1000])
        return answer

    def first_failure(self, number, file, old, new):
        """The test that notices a change of the Apex; None if none does."""
        changed = []
        for name, source in self.sources:
            if name == file:
                if old.encode() not in source:
                    raise ValueError(f"{old!r} does not stand in {file}")
                source = source.replace(old.encode(), new.encode(), 1)
            changed.append((name, source))
        made = Program(changed).java(file)
        different = {name: source for name, source in made.items() if source != self.java[name]}
        if not different:
            raise ValueError("the change changes nothing")
        folder = self.write(f"mutant-{number}", different)
        facts = self.facts | {"lines": [len(source.splitlines()) for _, source in changed]}
        results = self.ask("mutant", folder=str(folder), tests=self.tests, untilOneFails=True, **facts)["results"]
        name, why = results[-1]
        return (name, why) if why is not None else None

    def call(self, class_name, method, arguments, **facts):
        """Calls a static method; the answer has `value`, or `type` and `message` of what was thrown."""
        return self.ask("call", **{"class": "A_" + class_name}, method=f"m_{method.lower()}_{len(arguments)}", arguments=arguments, **facts)

    def counted(self):
        """File → (lines that count, those of them that ran)."""
        ran, counted = self.ask("covered"), {}
        for kind in self.program.kinds.values():
            if not kind.is_test:
                lines = set()
                for source in self.program.java(kind.file).values():
                    lines |= {int(line) for line in re.findall(r"Platform\.at\(\d+, (\d+)\)", source)}
                counted[kind.file] = lines, lines & set(ran[kind.file])
        return counted

    def end(self):
        """Ends the process, however the checks went; the program's end does it too."""
        if self.process.poll() is None:
            self.process.stdin.close()
            self.process.wait(timeout=60)
        shutil.rmtree(self.folder, ignore_errors=True)
