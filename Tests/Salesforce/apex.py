"""Runs the package's Apex: walks the syntax tree of the plain subset that it is written in.

What is not known is an error of this program, which no `catch` of the Apex sees. Salesforce's rules that matter here are kept:
strings compare without regard to case, calls out are refused after uncommitted changes, a transaction has its own statics.
"""
import re

from tree_sitter_language_pack import get_parser

from platform_stubs import ApexError, Platform, SObject, equals, text_of


class Return(Exception):
    def __init__(self, value):
        self.value = value


class Break(Exception):
    pass


class ApexClass:
    """A class or an interface, with its inner ones."""

    def __init__(self, node, outer=None):
        self.name, self.outer = text(node.child_by_field_name("name")), outer
        self.full_name = f"{outer.name}.{self.name}" if outer else self.name
        parent = node.child_by_field_name("superclass")
        self.parent = type_name(parent.named_children[0]) if parent else None
        interfaces = [type_name(one) for kind in node.children if kind.type == "interfaces" for one in kind.named_children[0].named_children]
        self.parents = set(interfaces) | ({self.parent} if self.parent else set())
        self.methods, self.constructors, self.fields, self.inner = {}, {}, [], {}
        self.node, self.annotations = node, annotations(node)
        for member in node.child_by_field_name("body").named_children:
            if member.type == "method_declaration":
                key = text(member.child_by_field_name("name")), len(parameters(member))
                if key in self.methods:
                    raise SyntaxError(f"{self.name}.{key[0]} is there twice with {key[1]} parameters")
                self.methods[key] = member
            elif member.type == "constructor_declaration":
                self.constructors[len(parameters(member))] = member
            elif member.type == "field_declaration":
                for one in member.children_by_field_name("declarator"):
                    value = one.child_by_field_name("value")
                    self.fields.append((text(one.child_by_field_name("name")), "static" in modifiers(member), value))
            elif member.type in ("class_declaration", "interface_declaration"):
                inner = ApexClass(member, self)
                self.inner[inner.name] = inner


class ApexObject:
    def __init__(self, kind):
        self.kind, self.fields = kind, {}


def text(node):
    return node.text.decode()


def type_name(node):
    return re.sub(r"<.*>", "", text(node), flags=re.DOTALL).strip()


def modifiers(node):
    return {text(one) for kind in node.children if kind.type == "modifiers" for one in kind.children if one.type == "modifier"}


def annotations(node):
    return {text(one)[1:] for kind in node.children if kind.type == "modifiers" for one in kind.children if one.type == "annotation"}


def parameters(node):
    found = node.child_by_field_name("parameters")
    return [text(one.child_by_field_name("name")) for one in found.named_children if one.type == "formal_parameter"]


def unquote(literal):
    escapes = {"n": "\n", "r": "\r", "t": "\t", "'": "'", '"': '"', "\\": "\\"}
    body = re.sub(
        r"\\(u[0-9a-fA-F]{4}|.)",
        lambda found: chr(int(found[1][1:], 16)) if len(found[1]) == 5 else escapes[found[1]],
        literal[1:-1],
    )
    return body.encode("utf-16", "surrogatepass").decode("utf-16")


class Interpreter:
    """The classes of a folder, and one platform that they run on."""

    def __init__(self, folder, platform=None):
        parser, self.classes = get_parser("apex"), {}
        for path in sorted(folder.glob("*.cls")):
            tree = parser.parse(path.read_bytes())
            if tree.root_node.has_error:
                raise SyntaxError(path.name)
            for node in tree.root_node.named_children:
                if node.type in ("class_declaration", "interface_declaration"):
                    self.classes[text(node.child_by_field_name("name"))] = ApexClass(node)
        self.covered, self.platform = set(), platform or Platform()
        self.begin()

    def begin(self):
        """A new transaction: statics are as they are declared."""
        self.statics = {}
        self.platform.interpreter = self

    # Classes and objects

    def find_class(self, name, inside=None):
        head, _, rest = name.partition(".")
        while inside is not None:
            if head in inside.inner:
                return inside.inner[head]
            inside = inside.outer
        found = self.classes.get(head)
        return found.inner.get(rest) if found and rest else found

    def static_fields(self, kind):
        if kind.full_name not in self.statics:
            fields = self.statics[kind.full_name] = {}
            for name, is_static, value in kind.fields:
                if is_static:
                    fields[name] = None
            for name, is_static, value in kind.fields:
                if is_static and value is not None:
                    fields[name] = self.evaluate(value, Frame(kind, None, {}))
        return self.statics[kind.full_name]

    def create(self, kind, arguments):
        made = ApexObject(kind)
        for name, is_static, value in kind.fields:
            if not is_static:
                made.fields[name] = None if value is None else self.evaluate(value, Frame(kind, made, {}))
        constructor = kind.constructors.get(len(arguments))
        if constructor is not None:
            frame = Frame(kind, made, dict(zip(parameters(constructor), arguments)))
            try:
                self.run(constructor.child_by_field_name("body"), frame)
            except Return:
                pass
        elif self.is_exception(kind.full_name):
            made.fields["message"] = arguments[0] if arguments else "Script-thrown exception"
        elif arguments:
            raise TypeError(f"{kind.name} has no constructor with {len(arguments)} parameters")
        return made

    def is_exception(self, name):
        kind = self.find_class(name)
        return kind.parent is not None and (kind.parent == "Exception" or self.is_exception(kind.parent)) if kind else False

    def is_a(self, name, wanted):
        if name == wanted:
            return True
        kind = self.find_class(name)
        return any(self.is_a(parent, wanted) for parent in kind.parents) if kind else False

    def call(self, kind, this, name, arguments):
        method = kind.methods.get((name, len(arguments)))
        if method is None:
            raise TypeError(f"{kind.full_name} has no {name} with {len(arguments)} parameters")
        frame = Frame(kind, this, dict(zip(parameters(method), arguments)))
        try:
            self.run(method.child_by_field_name("body"), frame)
        except Return as done:
            return done.value
        return None

    # Statements

    def run(self, node, frame):
        if node.is_named and node.type.endswith(("statement", "declaration")):
            self.covered.add((frame.kind.full_name, node.start_point[0]))
        getattr(self, "run_" + node.type)(node, frame)

    def run_block(self, node, frame):
        inner = Frame(frame.kind, frame.this, {}, frame)
        for one in node.named_children:
            self.run(one, inner)

    run_constructor_body = run_block

    def run_line_comment(self, node, frame):
        pass

    run_block_comment = run_line_comment

    def run_expression_statement(self, node, frame):
        self.evaluate(node.named_children[0], frame)

    def run_local_variable_declaration(self, node, frame):
        kind = type_name(node.child_by_field_name("type"))
        for one in node.children_by_field_name("declarator"):
            name, value = text(one.child_by_field_name("name")), one.child_by_field_name("value")
            if frame.has(name):
                raise SyntaxError(f"{name} is declared twice in {frame.kind.full_name}")
            result = None if value is None else self.evaluate(value, frame)
            if type(result) is list and kind not in ("List", "Set", "Object"):
                if len(result) != 1:
                    raise ApexError("QueryException", "List has no rows for assignment to SObject")
                result = result[0]
            frame.names[name] = self.platform.convert(result, kind)

    def run_if_statement(self, node, frame):
        if self.condition(node, frame):
            self.run(node.child_by_field_name("consequence"), frame)
        elif node.child_by_field_name("alternative") is not None:
            self.run(node.child_by_field_name("alternative"), frame)

    def condition(self, node, frame):
        value = self.evaluate(node.child_by_field_name("condition"), frame)
        if not isinstance(value, bool):
            raise ApexError("NullPointerException", "Attempt to de-reference a null object")
        return value

    def run_while_statement(self, node, frame):
        while self.condition(node, frame):
            self.run(node.child_by_field_name("body"), frame)

    def run_for_statement(self, node, frame):
        inner = Frame(frame.kind, frame.this, {}, frame)
        self.run(node.child_by_field_name("init"), inner)
        while self.condition(node, inner):
            self.run(node.child_by_field_name("body"), inner)
            self.evaluate(node.child_by_field_name("update"), inner)

    def run_enhanced_for_statement(self, node, frame):
        for value in list(self.evaluate(node.child_by_field_name("value"), frame)):
            inner = Frame(frame.kind, frame.this, {text(node.child_by_field_name("name")): value}, frame)
            try:
                self.run(node.child_by_field_name("body"), inner)
            except Break:
                return

    def run_break_statement(self, node, frame):
        raise Break

    def run_return_statement(self, node, frame):
        raise Return(self.evaluate(node.named_children[0], frame) if node.named_children else None)

    def run_throw_statement(self, node, frame):
        value = self.evaluate(node.named_children[0], frame)
        if isinstance(value, ApexError):
            raise value
        raise ApexError(value.kind.full_name, value.fields["message"], value)

    def run_try_statement(self, node, frame):
        try:
            self.run(node.child_by_field_name("body"), frame)
        except ApexError as error:
            for clause in node.named_children:
                if clause.type != "catch_clause":
                    continue
                (parameter,) = [one for one in clause.named_children if one.type == "formal_parameter"]
                wanted = type_name(parameter.child_by_field_name("type"))
                if wanted == "Exception" and error.name != "AssertException" or self.is_a(error.name, wanted):
                    names = {text(parameter.child_by_field_name("name")): error}
                    self.run(clause.child_by_field_name("body"), Frame(frame.kind, frame.this, names, frame))
                    return
            raise

    # Expressions

    def evaluate(self, node, frame):
        return getattr(self, "eval_" + node.type)(node, frame)

    def eval_parenthesized_expression(self, node, frame):
        return self.evaluate(node.named_children[0], frame)

    def eval_string_literal(self, node, frame):
        return unquote(text(node))

    def eval_int(self, node, frame):
        return int(text(node).rstrip("Ll"))

    def eval_boolean(self, node, frame):
        return text(node).lower() == "true"

    def eval_null_literal(self, node, frame):
        return None

    def eval_this(self, node, frame):
        return frame.this

    def eval_identifier(self, node, frame):
        return self.name(text(node), frame)

    def name(self, name, frame):
        scope = frame.scope(name)
        if scope is not None:
            return scope[name]
        if frame.this is not None and name in frame.this.fields:
            return frame.this.fields[name]
        kind = frame.kind
        while kind is not None:
            fields = self.static_fields(kind)
            if name in fields:
                return fields[name]
            kind = kind.outer
        found = self.find_class(name, frame.kind)
        return found if found is not None else self.platform.namespace(name)

    def eval_field_access(self, node, frame):
        return self.member(self.evaluate(node.child_by_field_name("object"), frame), text(node.child_by_field_name("field")))

    def member(self, value, name):
        if isinstance(value, ApexClass):
            if name == "class":
                return value.full_name
            fields = self.static_fields(value)
            return fields[name] if name in fields else value.inner[name]
        if isinstance(value, ApexObject):
            return value.fields[name]
        return self.platform.member(value, name)

    def eval_array_access(self, node, frame):
        array = self.evaluate(node.child_by_field_name("array"), frame)
        index = self.evaluate(node.child_by_field_name("index"), frame)
        if not 0 <= index < len(array):
            raise ApexError("ListException", f"List index out of bounds: {index}")
        return array[index]

    def arguments(self, node, frame):
        return [self.evaluate(one, frame) for one in node.child_by_field_name("arguments").named_children if "comment" not in one.type]

    def eval_method_invocation(self, node, frame):
        target, name = node.child_by_field_name("object"), text(node.child_by_field_name("name"))
        if target is None:
            arguments = self.arguments(node, frame)
            kind, this = frame.kind, frame.this
            while (name, len(arguments)) not in kind.methods and kind.outer is not None:
                kind, this = kind.outer, None
            return self.call(kind, this, name, arguments)
        value = self.evaluate(target, frame)
        arguments = self.arguments(node, frame)
        if isinstance(value, ApexClass):
            return self.call(value, None, name, arguments)
        if isinstance(value, ApexObject):
            if name == "getMessage" and self.is_exception(value.kind.full_name):
                return value.fields["message"]
            return self.call(value.kind, value, name, arguments)
        return self.platform.invoke(value, name, arguments, frame)

    def eval_object_creation_expression(self, node, frame):
        whole, found = node.child_by_field_name("type"), node.child_by_field_name("arguments")
        name = type_name(whole)
        if name in ("Map", "List", "Set"):
            return {"Map": dict, "List": list, "Set": ApexSet}[name](*self.arguments(node, frame))
        kind = self.find_class(name, frame.kind)
        if kind is not None:
            return self.create(kind, self.arguments(node, frame))
        named = [one for one in found.named_children if one.type == "assignment_expression"]
        if named or self.platform.is_object(name):
            made = SObject(name)
            for one in named:
                value = self.evaluate(one.child_by_field_name("right"), frame)
                self.platform.put(made, text(one.child_by_field_name("left")), value)
            return made
        return self.platform.create(name, self.arguments(node, frame))

    def eval_array_creation_expression(self, node, frame):
        values = [self.evaluate(one, frame) for one in node.child_by_field_name("value").named_children]
        return ApexSet(values) if type_name(node.child_by_field_name("type")) == "Set" else values

    eval_array_initializer = None

    def eval_cast_expression(self, node, frame):
        value = self.evaluate(node.child_by_field_name("value"), frame)
        wanted = {"Map": dict, "List": list, "String": str}[type_name(node.child_by_field_name("type"))]
        if value is not None and not isinstance(value, wanted):
            raise ApexError("TypeException", "Invalid conversion from runtime type")
        return value

    def eval_ternary_expression(self, node, frame):
        return self.evaluate(node.child_by_field_name("consequence" if self.condition(node, frame) else "alternative"), frame)

    def eval_unary_expression(self, node, frame):
        value = self.evaluate(node.child_by_field_name("operand"), frame)
        operator = text(node.child_by_field_name("operator"))
        if value is None:
            raise ApexError("NullPointerException", "Attempt to de-reference a null object")
        return not value if operator == "!" else -value

    def eval_update_expression(self, node, frame):
        name = text(node.child_by_field_name("operand"))
        frame.scope(name)[name] += 1

    def eval_binary_expression(self, node, frame):
        operator = text(node.child_by_field_name("operator"))
        left = self.evaluate(node.child_by_field_name("left"), frame)
        if operator in ("&&", "||"):
            if left is (operator == "||"):
                return left
            return self.evaluate(node.child_by_field_name("right"), frame)
        right = self.evaluate(node.child_by_field_name("right"), frame)
        if operator in ("==", "!="):
            return equals(left, right) == (operator == "==")
        if operator == "+" and (isinstance(left, str) or isinstance(right, str)):
            return text_of(left, "null") + text_of(right, "null")
        if left is None or right is None:
            raise ApexError("NullPointerException", "Attempt to de-reference a null object")
        if operator == "/":
            return int(left / right) if abs(left) < 2**50 else left // right
        return {
            "+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right, "<": lambda: left < right,
            ">": lambda: left > right, "<=": lambda: left <= right, ">=": lambda: left >= right,
        }[operator]()

    def eval_assignment_expression(self, node, frame):
        value = self.evaluate(node.child_by_field_name("right"), frame)
        target = node.child_by_field_name("left")
        if target.type == "identifier":
            name = text(target)
            scope = frame.scope(name)
            if scope is not None:
                scope[name] = value
            elif frame.this is not None and name in frame.this.fields:
                frame.this.fields[name] = value
            else:
                self.static_fields(frame.kind)[name] = value
            return value
        owner = self.evaluate(target.child_by_field_name("object"), frame)
        name = text(target.child_by_field_name("field"))
        if isinstance(owner, ApexObject):
            if name not in owner.fields:
                raise TypeError(f"{owner.kind.name} has no {name}")
            owner.fields[name] = value
        elif isinstance(owner, ApexClass):
            self.static_fields(owner)[name] = value
        else:
            self.platform.put(owner, name, value)
        return value

    # Records

    def eval_dml_expression(self, node, frame):
        target = node.child_by_field_name("target")
        self.platform.change(text(node.named_children[0]), self.evaluate(target, frame))

    def eval_query_expression(self, node, frame):
        body = node.named_children[0]
        names = [text(one) for one in body.child_by_field_name("select_clause").named_children]
        source = text(body.child_by_field_name("from_clause").named_children[0])
        where = body.child_by_field_name("where_clause")
        tests = []
        if where is not None:
            (clause,) = where.named_children
            for one in [clause] if clause.type == "comparison_expression" else clause.named_children:
                field, operator, value = one.named_children
                bound = self.evaluate(value.named_children[0], frame) if value.type == "bound_apex_expression" else self.evaluate(value, frame)
                tests.append((text(field), text(operator).upper(), bound))
        return self.platform.query(names, source, tests, any(one.type == "all_rows_clause" for one in body.named_children))


class ApexSet(list):
    """A set that keeps its order."""

    def __init__(self, values=()):
        super().__init__()
        for value in values:
            self.add(value)

    def add(self, value):
        if value in self:
            return False
        self.append(value)
        return True


class Frame:
    """Names of a method or a block."""

    def __init__(self, kind, this, names, outer=None):
        self.kind, self.this, self.names, self.outer = kind, this, names, outer

    def scope(self, name):
        frame = self
        while frame is not None:
            if name in frame.names:
                return frame.names
            frame = frame.outer
        return None

    def has(self, name):
        return self.scope(name) is not None
