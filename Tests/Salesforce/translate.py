"""Turns the package's Apex into Java that runs on `java/`: names without regard to case, values converted as they are declared.

What is not of the subset that this knows is an error with file and line, never left out.
"""
import functools
import re

from tree_sitter_language_pack import get_parser

NAMESPACES = {
    "string", "system", "json", "math", "pattern", "crypto", "encodingutil", "blob", "userinfo", "schema", "database", "id", "test",
    "featuremanagement", "canvas", "integer", "long", "decimal", "date", "datetime", "httpcalloutmock",
}
# https://developer.salesforce.com/docs/atlas.en-us.apexcode.meta/apexcode/apex_reserved_words.htm
RESERVED = set("""abstract activate and any array as asc autonomous begin bigdecimal blob boolean break bulk by byte case cast catch
char class collect commit const continue currency date datetime decimal default delete desc do double else end enum exception exit
export extends false final finally float for from global goto group having hint if implements import in inner insert instanceof
int integer interface into join like limit list long loop map merge new not null nulls number object of on or outer override package
parallel pragma private protected public retrieve return rollback select set short sobject sort static string super switch
synchronized system testmethod then this throw time transaction trigger true try undelete update upsert using virtual void webservice
when where while""".split())


class Unknown(Exception):
    """Something that is not translated: where, and what."""


def text(node):
    return node.text.decode()


def type_of(node):
    return re.sub(r"\s+", "", text(node)).lower()


def words(node, kind):
    return {text(one).lower() for part in node.children if part.type == "modifiers" for one in part.children if one.type == kind}


def java_string(value):
    quoted = value.encode("utf-16-be", "surrogatepass")
    units = [int.from_bytes(quoted[at:at + 2], "big") for at in range(0, len(quoted), 2)]
    return '"' + "".join(chr(u) if 32 <= u < 127 and u not in (34, 92) else f"\\{u:03o}" if u < 32 or u in (34, 92) else f"\\u{u:04x}"
                         for u in units) + '"'


def unquote(literal, where):
    def one(found):
        escapes = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "'": "'", '"': '"', "\\": "\\"}
        if len(found[1]) == 5:
            return chr(int(found[1][1:], 16))
        if found[1] not in escapes:
            raise Unknown(f"{where}: \\{found[1]} is no escape of Apex")
        return escapes[found[1]]

    return re.sub(r"\\(u[0-9a-fA-F]{4}|.)", one, literal[1:-1])


@functools.lru_cache(maxsize=None)
def parse(source):
    """The root of the syntax tree; what was parsed before is not parsed again."""
    return get_parser("apex").parse(source).root_node


class Kind:
    """What a class or an interface declares."""

    def __init__(self, node, file, outer=None):
        self.node, self.file, self.outer = node, file, outer
        self.title = text(node.child_by_field_name("name"))
        self.name = (outer.name + "." if outer else "") + self.title.lower()
        self.java = (outer.java + "__" if outer else "A_") + self.title
        self.is_test = "@istest" in words(node, "annotation")
        self.is_interface = node.type == "interface_declaration"
        self.fields, self.methods, self.constructors, self.inner, self.parents = {}, {}, {}, {}, []
        for part in node.children:
            if part.type == "superclass":
                self.parents.append(type_of(part.named_children[0]))
            elif part.type == "interfaces":
                self.parents += [type_of(one) for one in part.named_children[0].named_children]
        for member in node.child_by_field_name("body").named_children:
            self.add(member)

    def add(self, member):
        flags = words(member, "modifier")
        if member.type == "field_declaration":
            for accessors in (one for one in member.children if one.type == "accessor_list"):
                if any(one.child_by_field_name("body") for one in accessors.named_children):
                    self.unknown(member, "a property with a body")
            for one in member.children_by_field_name("declarator"):
                name = text(one.child_by_field_name("name"))
                self.declare(self.fields, name.lower(), name, one)
                self.fields[name.lower()] = (type_of(member.child_by_field_name("type")), "static" in flags, one)
        elif member.type == "method_declaration":
            name = text(member.child_by_field_name("name"))
            key = name.lower(), len(self.parameters(member))
            self.declare(self.methods, key, name, member)
            self.methods[key] = ("static" in flags, member)
        elif member.type == "constructor_declaration":
            self.declare(self.constructors, len(self.parameters(member)), self.title, member)
            self.constructors[len(self.parameters(member))] = member
        elif member.type in ("class_declaration", "interface_declaration"):
            inner = Kind(member, self.file, self)
            self.inner[inner.title.lower()] = inner
        elif "comment" not in member.type:
            self.unknown(member, member.type)

    def declare(self, table, key, name, node):
        if key in table:
            self.unknown(node, f"{name} is there twice (overloads of as many parameters are not known here)")
        if name.lower() in RESERVED:
            self.unknown(node, f"{name} is a reserved word")

    def parameters(self, member):
        found = member.child_by_field_name("parameters").named_children
        return [(text(one.child_by_field_name("name")), type_of(one.child_by_field_name("type"))) for one in found if one.type == "formal_parameter"]

    def unknown(self, node, what):
        raise Unknown(f"{self.file}:{node.start_point[0] + 1}: {what}")


class Scope:
    """Local names with their types."""

    def __init__(self, outer=None, **facts):
        self.outer, self.names = outer, {}
        self.facts = facts or outer.facts

    def find(self, name):
        return self.names.get(name) or (self.outer.find(name) if self.outer else None)

    def all(self):
        return (self.outer.all() if self.outer else []) + list(self.names)


class Program:
    """All classes, and the Java of each."""

    def __init__(self, sources):
        """`sources` is a list of (file name, bytes)."""
        self.kinds, self.files = {}, []
        for file, source in sources:
            self.files.append(file)
            root = parse(source)
            bad = self.first_error(root)
            if bad is not None:
                raise Unknown(f"{file}:{bad.start_point[0] + 1}: not Apex: {text(bad)[:60]}")
            for node in root.named_children:
                if node.type in ("class_declaration", "interface_declaration"):
                    kind = Kind(node, file)
                    if kind.name in self.kinds:
                        kind.unknown(node, f"{kind.title} is there twice")
                    self.kinds[kind.name] = kind
                elif "comment" not in node.type:
                    raise Unknown(f"{file}:{node.start_point[0] + 1}: {node.type}")

    @staticmethod
    def first_error(node):
        if node.type == "ERROR" or node.is_missing:
            return node
        return next((found for found in map(Program.first_error, node.children) if found is not None), None) if node.has_error else None

    def find(self, name, inside):
        head, _, rest = name.partition(".")
        while inside is not None:
            if head in inside.inner and not rest:
                return inside.inner[head]
            inside = inside.outer
        found = self.kinds.get(head)
        return found.inner.get(rest) if found and rest else found

    def java(self, file=None):
        """File name → Java source, for each class, or for those of one file."""
        made = {}
        for kind in self.kinds.values():
            if file not in (None, kind.file):
                continue
            for one in (kind, *kind.inner.values()):
                made[one.java + ".java"] = Writer(self, one).source()
        return made

    def tests(self):
        """(Java class, Java method, name) of each Apex test."""
        for kind in self.kinds.values():
            for (name, count), (is_static, member) in kind.methods.items():
                if kind.is_test and "@istest" in words(member, "annotation"):
                    if not is_static or count:
                        kind.unknown(member, "a test is static and has no parameters")
                    yield kind.java, f"m_{name}_0", f"{kind.title}.{text(member.child_by_field_name('name'))}"

    def is_exception(self, kind):
        return any(one == "exception" or (self.find(one, kind) and self.is_exception(self.find(one, kind))) for one in kind.parents)


class Writer:
    """Writes the Java of one class."""

    def __init__(self, program, kind):
        self.program, self.kind = program, kind

    def unknown(self, node, what):
        self.kind.unknown(node, what)

    def source(self):
        kind, out = self.kind, []
        if kind.is_interface:
            return f"final class {kind.java} {{}}\n"
        base = "ApexException" if self.program.is_exception(kind) else "ApexObject"
        statics = [(name, *facts) for name, facts in kind.fields.items() if facts[1]]
        own = [(name, *facts) for name, facts in kind.fields.items() if not facts[1]]
        scope = Scope(static=True, result=None)
        inits = "".join(f"f_{name} = {self.converted(one.child_by_field_name('value'), of, scope)};\n"
                        for name, of, _, one in statics if one.child_by_field_name("value") is not None)
        nulls = "".join(f"f_{name} = null;\n" for name, *_ in statics)
        out.append(f"final class {kind.java} extends {base} {{\nstatic int epoch = -1;\n"
                   f"static void init() {{ if (epoch != Platform.epoch) {{ epoch = Platform.epoch;\n{nulls}{inits}}} }}\n")
        for name, of, *_ in statics:
            out.append(f"static Object f_{name};\nstatic Object get_{name}() {{ init(); return f_{name}; }}\n"
                       f"static Object set_{name}(Object value) {{ init(); return f_{name} = Values.convert(value, \"{self.full(of)}\"); }}\n")
        scope = Scope(static=False, result=None)
        inits = "".join(f"f_{name} = {self.converted(one.child_by_field_name('value'), of, scope)};\n"
                        for name, of, _, one in own if one.child_by_field_name("value") is not None)
        out += [f"Object f_{name};\n" for name, *_ in own]
        parents = ", ".join(f'"{self.full(one)}"' for one in kind.parents)
        out.append(f"{kind.java}() {{ super(\"{kind.name}\", new String[] {{ {parents} }});\n{inits}}}\n")
        out.append(self.member_table("get", own))
        out.append(self.member_table("set", own))
        calls = [(name, count) for (name, count), (is_static, _) in kind.methods.items() if not is_static]
        out.append("public Object call(String name, Object[] a) {\nswitch (name + a.length) {\n" + "".join(
            f'case "{name}{count}": return m_{name}_{count}({", ".join(f"a[{at}]" for at in range(count))});\n' for name, count in calls)
            + "default: return super.call(name, a);\n}\n}\n")
        for (name, count), (is_static, member) in kind.methods.items():
            out.append(self.method(name, count, is_static, member))
        makers = kind.constructors or {0: None}
        if base == "ApexException":
            makers = {0: None, 1: None}
        for count, member in makers.items():
            out.append(self.constructor(count, member, base))
        return "".join(out) + "}\n"

    def member_table(self, verb, own):
        if verb == "get":
            rows = "".join(f'case "{name}": return f_{name};\n' for name, *_ in own)
            return f"public Object get(String name) {{\nswitch (name) {{\n{rows}default: return super.get(name);\n}}\n}}\n"
        rows = "".join(f'case "{name}": return f_{name} = Values.convert(value, "{self.full(of)}");\n' for name, of, *_ in own)
        return f"public Object set(String name, Object value) {{\nswitch (name) {{\n{rows}default: return super.set(name, value);\n}}\n}}\n"

    def full(self, of):
        """A type with the whole name of inner classes."""
        found = self.program.find(of, self.kind)
        return found.name if found else of

    def opened(self, member, is_static, result):
        scope = Scope(static=is_static, result=result)
        arguments, lines = [], []
        for name, of in self.kind.parameters(member):
            self.name_local(name, of, scope, member)
            arguments.append(f"Object v_{name.lower()}")
            lines.append(f'v_{name.lower()} = Values.convert(v_{name.lower()}, "{self.full(of)}");\n')
        return scope, ", ".join(arguments), "".join(lines)

    def method(self, name, count, is_static, member):
        result = type_of(member.child_by_field_name("type"))
        scope, arguments, lines = self.opened(member, is_static, result)
        body = self.statement(member.child_by_field_name("body"), scope)
        if result == "void":
            body = f"if (Platform.TRUE) {body} return null;"
        init = "init(); " if is_static else ""
        return f"{'static ' if is_static else ''}Object m_{name}_{count}({arguments}) {{ {init}{lines}{body} }}\n"

    def constructor(self, count, member, base):
        if member is None:
            given = "Object message" if count else ""
            made = f"{self.kind.java} made = new {self.kind.java}(); " + ("made.message = (String) Values.convert(message, \"string\"); " if count else "")
            return f"static Object make_{count}({given}) {{ {made}return made; }}\n"
        scope, arguments, lines = self.opened(member, False, "void")
        names = ", ".join(one.split()[1] for one in arguments.split(", ") if one)
        body = self.statement(member.child_by_field_name("body"), scope)
        return (f"static Object make_{count}({arguments}) {{ {self.kind.java} made = new {self.kind.java}(); made.c_{count}({names}); return made; }}\n"
                f"Object c_{count}({arguments}) {{ {lines}if (Platform.TRUE) {body} return null; }}\n")

    # Statements

    def name_local(self, name, of, scope, node):
        if name.lower() in RESERVED:
            self.unknown(node, f"{name} is a reserved word")
        if scope.find(name.lower()):
            self.unknown(node, f"{name} is declared twice")
        scope.names[name.lower()] = of

    def statement(self, node, scope):
        made = getattr(self, "do_" + node.type, None)
        if made is None:
            self.unknown(node, f"{node.type} is not translated")
        if node.type in ("block", "constructor_body", "line_comment", "block_comment"):
            return made(node, scope)
        line = node.start_point[0] + 1
        return f"Platform.at({self.program.files.index(self.kind.file)}, {line}); {made(node, scope)}\n"

    def do_block(self, node, scope):
        inner = Scope(scope)
        return "{\n" + "".join(self.statement(one, inner) for one in node.named_children) + "}\n"

    do_constructor_body = do_block

    def do_line_comment(self, node, scope):
        return ""

    do_block_comment = do_line_comment

    def do_expression_statement(self, node, scope):
        (inner,) = node.named_children
        if inner.type == "dml_expression":
            return f'Store.change("{text(inner.named_children[0]).lower()}", {self.expression(inner.child_by_field_name("target"), scope)});'
        return f"Values.drop({self.expression(inner, scope)});"

    def do_local_variable_declaration(self, node, scope):
        of, out = type_of(node.child_by_field_name("type")), []
        for one in node.children_by_field_name("declarator"):
            name, value = text(one.child_by_field_name("name")), one.child_by_field_name("value")
            given = "null" if value is None else self.converted(value, of, scope)
            self.name_local(name, of, scope, node)
            out.append(f"Object v_{name.lower()} = {given};")
        return " ".join(out)

    def condition(self, node, scope):
        return f"Values.truth({self.expression(node.child_by_field_name('condition'), scope)})"

    def body(self, node, scope):
        return "{ " + self.statement(node, Scope(scope)) + " }"

    def do_if_statement(self, node, scope):
        other = node.child_by_field_name("alternative")
        return (f"if ({self.condition(node, scope)}) {self.body(node.child_by_field_name('consequence'), scope)}"
                + (f" else {self.body(other, scope)}" if other is not None else ""))

    def do_while_statement(self, node, scope):
        return f"while ({self.condition(node, scope)}) {self.body(node.child_by_field_name('body'), scope)}"

    def do_for_statement(self, node, scope):
        inner = Scope(scope)
        init = self.statement(node.child_by_field_name("init"), inner)
        update = self.expression(node.child_by_field_name("update"), inner)
        return (f"{{ {init} for (; {self.condition(node, inner)}; Values.drop({update})) "
                f"{self.body(node.child_by_field_name('body'), inner)} }}")

    def do_enhanced_for_statement(self, node, scope):
        name, of = text(node.child_by_field_name("name")), type_of(node.child_by_field_name("type"))
        source, inner = self.expression(node.child_by_field_name("value"), scope), Scope(scope)
        self.name_local(name, of, inner, node)
        low = name.lower()
        return (f'for (Object each_{low} : Values.each({source})) {{ Object v_{low} = Values.convert(each_{low}, "{self.full(of)}"); '
                f"{self.body(node.child_by_field_name('body'), inner)} }}")

    def do_break_statement(self, node, scope):
        return "break;"

    def do_return_statement(self, node, scope):
        values = node.named_children
        if not values:
            return "return null;"
        return f"return {self.converted(values[0], scope.facts['result'], scope)};"

    def do_throw_statement(self, node, scope):
        return f"throw Values.thrown({self.expression(node.named_children[0], scope)});"

    def do_try_statement(self, node, scope):
        out, number = "try " + self.statement(node.child_by_field_name("body"), scope), id(node)
        chain = ""
        for clause in node.named_children:
            if clause.type == "finally_clause":
                self.unknown(clause, "finally is not translated")
            if clause.type != "catch_clause":
                continue
            (parameter,) = [one for one in clause.named_children if one.type == "formal_parameter"]
            of, name = type_of(parameter.child_by_field_name("type")), text(parameter.child_by_field_name("name"))
            inner = Scope(scope)
            self.name_local(name, of, inner, clause)
            chain += (f'if (caught_{number}.isA("{self.full(of)}")) {{ Object v_{name.lower()} = caught_{number}; '
                      f"{self.statement(clause.child_by_field_name('body'), inner)} }} else ")
        return f"{out} catch (ApexException caught_{number}) {{ {chain} throw caught_{number}; }}"

    # Expressions

    def converted(self, node, of, scope):
        return f'Values.convert({self.expression(node, scope)}, "{self.full(of)}")'

    def expression(self, node, scope):
        made = getattr(self, "of_" + node.type, None)
        if made is None:
            self.unknown(node, f"{node.type} is not translated")
        return made(node, scope)

    def of_parenthesized_expression(self, node, scope):
        return self.expression(node.named_children[0], scope)

    def of_string_literal(self, node, scope):
        return java_string(unquote(text(node), f"{self.kind.file}:{node.start_point[0] + 1}"))

    def of_int(self, node, scope):
        digits = text(node)
        if digits[-1] in "lL":
            return f"Long.valueOf({digits[:-1]}L)"
        if int(digits) > 2**31 - 1:
            self.unknown(node, f"{digits} is no Integer")
        return f"Integer.valueOf({int(digits)})"

    def of_boolean(self, node, scope):
        return f"Boolean.{text(node).upper()}"

    def of_null_literal(self, node, scope):
        return "null"

    def of_this(self, node, scope):
        if scope.facts["static"]:
            self.unknown(node, "this in what is static")
        return "this"

    def variable(self, name, scope):
        """(how it is read, how it is set with a %s) of a local name or a field; None if there is neither."""
        low = name.lower()
        of = scope.find(low)
        if of:
            return f"v_{low}", f'(v_{low} = Values.convert(%s, "{self.full(of)}"))'
        kind = self.kind
        while kind is not None:
            if low in kind.fields:
                _, is_static, _ = kind.fields[low]
                if is_static:
                    return f"{kind.java}.get_{low}()", f"{kind.java}.set_{low}(%s)"
                if kind is self.kind and not scope.facts["static"]:
                    return f"this.f_{low}", f'this.set("{low}", %s)'
            kind = kind.outer
        return None

    def name_of(self, node, scope):
        """The class (a Kind) or the dotted platform name that an expression names; None if it is a value."""
        dotted = text(node).lower()
        if node.type not in ("identifier", "field_access") or not re.fullmatch(r"[\w.]+", dotted):
            return None
        head = dotted.split(".")[0]
        if self.variable(head, scope) is not None:
            return None
        if (found := self.program.find(dotted, self.kind)) is not None:
            return found
        if self.program.find(head, self.kind) is not None:
            return None
        return dotted if head in NAMESPACES or head.endswith("__c") else None

    def of_identifier(self, node, scope):
        found = self.variable(text(node), scope)
        if found is None:
            self.unknown(node, f"there is no {text(node)}")
        return found[0]

    def of_field_access(self, node, scope):
        target, name = node.child_by_field_name("object"), text(node.child_by_field_name("field")).lower()
        if name == "class":
            return java_string(text(target).lower())
        owner = self.name_of(target, scope)
        if isinstance(owner, Kind):
            if name not in owner.fields or not owner.fields[name][1]:
                self.unknown(node, f"{owner.title} has no static {name}")
            return f"{owner.java}.get_{name}()"
        if owner is not None:
            return f'Statics.value("{owner}.{name}")'
        return f'Values.get({self.expression(target, scope)}, "{name}")'

    def of_array_access(self, node, scope):
        return f"Values.at({self.expression(node.child_by_field_name('array'), scope)}, {self.expression(node.child_by_field_name('index'), scope)})"

    def arguments(self, node, scope):
        return [self.expression(one, scope) for one in node.child_by_field_name("arguments").named_children if "comment" not in one.type]

    def of_method_invocation(self, node, scope):
        target, name = node.child_by_field_name("object"), text(node.child_by_field_name("name")).lower()
        if any("safe_navigation" in one.type for one in node.children):
            self.unknown(node, "?. is not translated")
        given = self.arguments(node, scope)
        array = "new Object[] { " + ", ".join(given) + " }"
        if target is None:
            kind = self.kind
            while kind.outer is not None and (name, len(given)) not in kind.methods:
                kind = kind.outer
            is_static = self.static_of(kind, name, given, node)
            if not is_static and (scope.facts["static"] or kind is not self.kind):
                self.unknown(node, f"{name} belongs to an object")
            return f"{kind.java + '.' if is_static else 'this.'}m_{name}_{len(given)}({', '.join(given)})"
        owner = self.name_of(target, scope)
        if isinstance(owner, Kind):
            if not self.static_of(owner, name, given, node):
                self.unknown(node, f"{name} belongs to an object")
            return f"{owner.java}.m_{name}_{len(given)}({', '.join(given)})"
        if owner == "database" and name == "query":
            bound = ", ".join(f'"{one}", v_{one}' for one in scope.all())
            return f"Store.queryText({given[0]}, new Object[] {{ {bound} }})"
        if owner is not None and owner not in ("schema.sobjecttype.user.fields",):
            return f'Statics.call("{owner}.{name}", {array})'
        receiver = f'Statics.value("{owner}")' if owner is not None else self.expression(target, scope)
        return f'Methods.call({receiver}, "{name}", {array})'

    def static_of(self, kind, name, given, node):
        if (name, len(given)) not in kind.methods:
            self.unknown(node, f"{kind.title} has no {name} with {len(given)} parameters")
        return kind.methods[name, len(given)][0]

    def of_object_creation_expression(self, node, scope):
        of = type_of(node.child_by_field_name("type"))
        found = [one for one in node.child_by_field_name("arguments").named_children if "comment" not in one.type]
        kind = self.program.find(of, self.kind)
        if kind is not None:
            makers = {0, 1} if self.program.is_exception(kind) else set(kind.constructors) or {0}
            if len(found) not in makers:
                self.unknown(node, f"{kind.title} has no constructor with {len(found)} parameters")
            return f"{kind.java}.make_{len(found)}({', '.join(self.expression(one, scope) for one in found)})"
        if found and all(one.type == "assignment_expression" for one in found):
            pairs = ", ".join(f'"{text(one.child_by_field_name("left"))}", {self.expression(one.child_by_field_name("right"), scope)}' for one in found)
            return f'Store.record("{of}", new Object[] {{ {pairs} }})'
        given = ", ".join(self.expression(one, scope) for one in found)
        return f'Statics.create("{of}", new Object[] {{ {given} }})'

    def of_array_creation_expression(self, node, scope):
        of = type_of(node.child_by_field_name("type"))
        values = [one for one in node.child_by_field_name("value").named_children if "comment" not in one.type]
        if not of.startswith(("list<", "set<")):
            self.unknown(node, f"{of} of values is not translated")
        return f'Values.collect("{of}", new Object[] {{ {", ".join(self.expression(one, scope) for one in values)} }})'

    def of_cast_expression(self, node, scope):
        of = type_of(node.child_by_field_name("type"))
        return f'Values.cast({self.expression(node.child_by_field_name("value"), scope)}, "{self.full(of)}")'

    def of_ternary_expression(self, node, scope):
        first, other = (self.expression(node.child_by_field_name(one), scope) for one in ("consequence", "alternative"))
        return f"({self.condition(node, scope)} ? (Object) {first} : (Object) {other})"

    def of_unary_expression(self, node, scope):
        operator = text(node.child_by_field_name("operator"))
        if operator not in ("!", "-"):
            self.unknown(node, f"{operator} is not translated")
        return f"Values.{'not' if operator == '!' else 'negative'}({self.expression(node.child_by_field_name('operand'), scope)})"

    def of_update_expression(self, node, scope):
        operator, operand = text(node.child_by_field_name("operator")), node.child_by_field_name("operand")
        found = self.variable(text(operand), scope) if operand.type == "identifier" else None
        if found is None or node.parent.type not in ("expression_statement", "for_statement"):
            self.unknown(node, "++ and -- are translated where nothing reads their value")
        return found[1] % f'Values.compute("{operator[0]}", {found[0]}, Integer.valueOf(1))'

    def of_binary_expression(self, node, scope):
        operator = text(node.child_by_field_name("operator"))
        left, right = (self.expression(node.child_by_field_name(side), scope) for side in ("left", "right"))
        if operator in ("&&", "||"):
            return f"(Object) (Values.truth({left}) {operator} Values.truth({right}))"
        if operator in ("==", "!="):
            return f"(Object) ({'!' if operator == '!=' else ''}Values.same({left}, {right}))"
        if operator not in ("+", "-", "*", "/", "<", ">", "<=", ">="):
            self.unknown(node, f"{operator} is not translated")
        return f'Values.compute("{operator}", {left}, {right})'

    def of_assignment_expression(self, node, scope):
        if text(node.child_by_field_name("operator") or node.children[1]) != "=":
            self.unknown(node, "only = is translated")
        target, value = node.child_by_field_name("left"), self.expression(node.child_by_field_name("right"), scope)
        if target.type == "identifier":
            found = self.variable(text(target), scope)
            if found is None:
                self.unknown(node, f"there is no {text(target)}")
            return found[1] % value
        if target.type != "field_access":
            self.unknown(node, f"{target.type} is not set")
        name, owner = text(target.child_by_field_name("field")).lower(), target.child_by_field_name("object")
        kind = self.name_of(owner, scope)
        if isinstance(kind, Kind):
            if name not in kind.fields or not kind.fields[name][1]:
                self.unknown(node, f"{kind.title} has no static {name}")
            return f"{kind.java}.set_{name}({value})"
        return f'Values.set({self.expression(owner, scope)}, "{name}", {value})'

    # Records

    def of_query_expression(self, node, scope):
        (body,) = node.named_children
        for one in body.named_children:
            if one.type not in ("select_clause", "from_clause", "where_clause", "all_rows_clause"):
                self.unknown(one, f"{one.type} is not translated")
        names = body.child_by_field_name("select_clause").named_children
        if any(one.type != "field_identifier" for one in names):
            self.unknown(body, "only fields are selected")
        source = text(body.child_by_field_name("from_clause").named_children[0]).lower()
        where, tests = body.child_by_field_name("where_clause"), []
        if where is not None:
            (clause,) = where.named_children
            for one in clause.named_children if clause.type == "and_expression" else [clause]:
                if one.type != "comparison_expression":
                    self.unknown(one, f"{one.type} is not translated")
                field, operator, value = one.named_children
                if text(operator).upper() not in ("=", "IN"):
                    self.unknown(one, f"{text(operator)} is not translated")
                bound = self.expression(value.named_children[0] if value.type == "bound_apex_expression" else value, scope)
                tests.append(f'{{ "{text(field).lower()}", "{text(operator).upper()}", {bound} }}')
        fields = ", ".join(f'"{text(one)}"' for one in names)
        is_all = str(any(one.type == "all_rows_clause" for one in body.named_children)).lower()
        return f'Store.query("{source}", new String[] {{ {fields} }}, new Object[][] {{ {", ".join(tests)} }}, {is_all})'
