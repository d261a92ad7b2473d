"""What Salesforce's compiler would refuse in the package's Apex: names and methods that are not there, wrong types, missing
returns, private members of others. Types of the platform are those that its documents give; what is not listed is refused."""
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "Clients"))

from apex import Interpreter, annotations, modifiers, text  # noqa: E402
from part import Part  # noqa: E402
from platform_stubs import CUSTOM_FIELDS  # noqa: E402
from visualforce import SOURCES  # noqa: E402

PART = Part("compiler")
FIELDS = {
    "Id": "Id", "Name": "String", "LastName": "String", "Company": "String", "CaseNumber": "String", "Subject": "String",
    "Status": "String", "WhoId": "Id", "WhatId": "Id", "ActivityDate": "Date", "Description": "String",
    "FederationIdentifier": "String", "SetupOwnerId": "Id", "IsConverted": "Boolean",
}
STANDARD = {"Lead", "Contact", "Case", "Account", "User", "Task", "SObject"}
NUMBERS = ["Integer", "Long", "Double", "Decimal"]
# Receiver, methods with the types of their parameters and what they return. T, K and V are those of a collection.
PLATFORM = """
String. valueOf(Object)String isBlank(String)Boolean isNotBlank(String)Boolean join(List<String>,String)String
String trim()String toLowerCase()String endsWith(String)Boolean startsWith(String)Boolean contains(String)Boolean
String indexOf(String)Integer length()Integer left(Integer)String substring(Integer)String substring(Integer,Integer)String
String replace(String,String)String split(String)List<String> repeat(Integer)String compareTo(String)Integer
Id. valueOf(String)Id
Id getSObjectType()Schema.SObjectType
Long. valueOf(String)Long
Decimal. valueOf(String)Decimal
Decimal intValue()Integer
Blob. valueOf(String)Blob
Blob toString()String
Math. mod(Integer,Integer)Integer
Pattern. matches(String,String)Boolean
Crypto. generateMac(String,Blob,Blob)Blob signWithCertificate(String,Blob,String)Blob
EncodingUtil. base64Encode(Blob)String base64Decode(String)Blob urlEncode(String,String)String
JSON. serialize(Object)String deserializeUntyped(String)Object
UserInfo. getOrganizationId()String getUserId()String getUserName()String
FeatureManagement. checkPermission(String)Boolean
Database. query(String)List<SObject> insert(List<SObject>,Boolean)List<Database.SaveResult>
Database.SaveResult isSuccess()Boolean
System. now()Datetime enqueueJob(Queueable)Id assert(Boolean)void assert(Boolean,String)void
System. assertEquals(Object,Object)void assertEquals(Object,Object,String)void assertNotEquals(Object,Object)void
Test. startTest()void stopTest()void setMock(Type,Object)void
Datetime. valueOfGmt(String)Datetime
Datetime. newInstanceGmt(Integer,Integer,Integer,Integer,Integer,Integer)Datetime
Datetime getTime()Long addDays(Integer)Datetime formatGmt(String)String dateGmt()Date
Date. newInstance(Integer,Integer,Integer)Date
List add(T)void size()Integer isEmpty()Boolean contains(T)Boolean
Set add(T)Boolean size()Integer contains(T)Boolean
Map put(K,V)V get(K)V size()Integer keySet()Set<K> values()List<V>
SObject get(String)Object
Exception getMessage()String setMessage(String)void
DmlException getDmlMessage(Integer)String
Http send(HttpRequest)HttpResponse
HttpRequest setEndpoint(String)void setMethod(String)void setTimeout(Integer)void setHeader(String,String)void
HttpRequest setBody(String)void getEndpoint()String getMethod()String getHeader(String)String getBody()String
HttpResponse setStatusCode(Integer)void setBody(String)void getStatusCode()Integer getBody()String
SelectOption getValue()String
ApexPages.StandardController getId()String
Schema.SObjectField getDescribe()Schema.DescribeFieldResult
Schema.DescribeFieldResult getName()String getType()Schema.DisplayType
Schema.FieldMap getMap()Map<String,Schema.SObjectField>
Canvas.RenderContext getEnvironmentContext()Canvas.EnvironmentContext
Canvas.EnvironmentContext setParametersAsJSON(String)void getParametersAsJSON()String
Canvas.Test. mockRenderContext(Map<String,String>,Map<String,String>)Canvas.RenderContext
"""
VALUES = {
    "Schema.SObjectType.User.fields": "Schema.FieldMap", "Canvas.Test.KEY_PARAMETERS": "String",
    **{f"Schema.DisplayType.{one}": "Schema.DisplayType" for one in ("ID", "STRING", "EMAIL", "PHONE", "PICKLIST")},
}
CONSTRUCTORS = {
    "Http": [[]], "HttpRequest": [[]], "HttpResponse": [[]], "SelectOption": [["String", "String"]], "CalloutException": [[]],
    "ApexPages.StandardController": [["SObject"]], "Canvas.CanvasRenderException": [["String"]],
}
EXCEPTIONS = {"Exception", "CalloutException", "DmlException", "Canvas.CanvasRenderException"}


class CompileError(Exception):
    pass


def split_types(inside):
    parts, depth, current = [], 0, ""
    for character in inside:
        depth += (character == "<") - (character == ">")
        if character == "," and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += character
    return parts + [current] if current else parts


def arguments_of(kind):
    found = re.fullmatch(r"(\w+)<(.*)>", kind)
    return (found[1], split_types(found[2])) if found else (kind, [])


def platform_methods():
    methods = {}
    for line in PLATFORM.strip().splitlines():
        receiver, *rest = line.split()
        for one in rest:
            name, inside, result = re.fullmatch(r"(\w+)\((.*)\)(\S+)", one).groups()
            methods.setdefault((receiver, name), []).append((split_types(inside), result))
    return methods


METHODS = platform_methods()
NAMESPACES = {receiver[:-1].split(".")[0] for receiver, _ in METHODS if receiver.endswith(".")} | {name.split(".")[0] for name in VALUES}


def type_text(node):
    return re.sub(r"\s+", "", text(node))


class Members:
    """What a class declares, with types."""

    def __init__(self, kind):
        self.kind, self.fields, self.methods, self.constructors = kind, {}, {}, []
        is_interface = kind.node.type == "interface_declaration"
        for member in kind.node.child_by_field_name("body").named_children:
            flags = modifiers(member) | ({"public"} if is_interface else set()) | annotations(member)
            if member.type == "field_declaration":
                for one in member.children_by_field_name("declarator"):
                    self.fields[text(one.child_by_field_name("name"))] = (type_text(member.child_by_field_name("type")), flags)
            elif member.type == "method_declaration":
                signature = (self.parameters(member), type_text(member.child_by_field_name("type")), flags)
                self.methods.setdefault(text(member.child_by_field_name("name")), []).append(signature)
            elif member.type == "constructor_declaration":
                self.constructors.append((self.parameters(member), flags))

    @staticmethod
    def parameters(member):
        found = member.child_by_field_name("parameters").named_children
        return [type_text(one.child_by_field_name("type")) for one in found if one.type == "formal_parameter"]


class Compiler:
    def __init__(self, folder):
        self.program = Interpreter(folder)
        self.members = {}
        for kind in self.all_classes():
            self.members[kind.full_name] = Members(kind)
        self.custom = {name: {field: kind for field, (kind, *_) in fields.items()} for name, fields in CUSTOM_FIELDS.items()}

    def all_classes(self):
        for kind in self.program.classes.values():
            yield kind
            yield from kind.inner.values()

    # Types

    def is_object(self, kind):
        return kind in STANDARD or kind in self.custom

    def full(self, kind, inside):
        found = self.program.find_class(kind, inside)
        return found.full_name if found else kind

    def is_exception(self, kind):
        if kind in EXCEPTIONS:
            return True
        found = self.program.find_class(kind)
        return bool(found and found.parent and self.is_exception(found.parent))

    def fits(self, got, wanted):
        """Whether a value can be given where another type is wanted."""
        if got == wanted or wanted == "Object" and got != "void" or got == "null":
            return True
        if got in NUMBERS and wanted in NUMBERS:
            return NUMBERS.index(got) <= NUMBERS.index(wanted)
        if {got, wanted} == {"Id", "String"} or wanted == "SObject" and self.is_object(got):
            return True
        (outer, inner), (outer_wanted, inner_wanted) = arguments_of(got), arguments_of(wanted)
        if outer == outer_wanted == "List" and inner_wanted == ["SObject"]:
            return self.is_object(inner[0])
        if outer == outer_wanted == "Set" and inner == ["Id"] and inner_wanted == ["String"]:
            return True
        found = self.program.find_class(got)
        return bool(found and any(self.fits(parent, wanted) for parent in found.parents)) or wanted == "Exception" and self.is_exception(got)

    # Declarations

    def check(self, kind):
        """Checks all bodies of a class; returns how many expressions had a type."""
        self.count = 0
        for parent in kind.parents:
            for name, signatures in (self.members[parent].methods if parent in self.members else {}).items():
                for wanted, result, _ in signatures:
                    own = [one for one in self.members[kind.full_name].methods.get(name, []) if one[:2] == (wanted, result) and "public" in one[2]]
                    if not own:
                        raise CompileError(f"{kind.full_name} does not implement {parent}.{name}")
        for member in kind.node.child_by_field_name("body").named_children:
            scope = Scope(kind, "static" in modifiers(member))
            if member.type == "field_declaration":
                for one in member.children_by_field_name("declarator"):
                    if one.child_by_field_name("value") is not None:
                        self.give(one.child_by_field_name("value"), type_text(member.child_by_field_name("type")), scope)
            elif member.type in ("method_declaration", "constructor_declaration") and member.child_by_field_name("body"):
                for one in member.child_by_field_name("parameters").named_children:
                    scope.names[text(one.child_by_field_name("name"))] = self.full(type_text(one.child_by_field_name("type")), kind)
                result = member.child_by_field_name("type")
                scope.result = type_text(result) if result is not None else "void"
                ends = self.block(member.child_by_field_name("body"), scope)
                if scope.result != "void" and not ends:
                    raise CompileError(f"{kind.full_name}.{text(member.child_by_field_name('name'))} can end without a return")
        return self.count

    # Statements: each says whether nothing can come after it

    def block(self, node, scope):
        inner, ends = Scope(scope.kind, scope.is_static, scope), False
        for one in node.named_children:
            if "comment" in one.type:
                continue
            if ends:
                raise CompileError(f"line {one.start_point[0] + 1} is never reached")
            ends = self.statement(one, inner)
        return ends

    def statement(self, node, scope):
        try:
            return getattr(self, "do_" + node.type, self.unknown)(node, scope)
        except CompileError as error:
            if "line" in str(error):
                raise
            raise CompileError(f"line {node.start_point[0] + 1}: {error}") from None

    def unknown(self, node, scope):
        raise CompileError(f"{node.type} is not of the plain subset")

    def do_block(self, node, scope):
        return self.block(node, scope)

    def do_expression_statement(self, node, scope):
        self.type_of(node.named_children[0], scope)
        return False

    def do_local_variable_declaration(self, node, scope):
        kind = self.full(type_text(node.child_by_field_name("type")), scope.kind)
        for one in node.children_by_field_name("declarator"):
            name = text(one.child_by_field_name("name"))
            if scope.find(name):
                raise CompileError(f"{name} is declared twice")
            if one.child_by_field_name("value") is not None:
                got = self.type_of(one.child_by_field_name("value"), scope)
                is_row = arguments_of(got) == ("List", [kind]) and self.is_object(kind)
                if not self.fits(got, kind) and not is_row:
                    raise CompileError(f"{got} is given for {kind} {name}")
            scope.names[name] = kind
        return False

    def condition(self, node, scope):
        self.give(node.child_by_field_name("condition"), "Boolean", scope)

    def do_if_statement(self, node, scope):
        self.condition(node, scope)
        first = self.statement(node.child_by_field_name("consequence"), scope)
        other = node.child_by_field_name("alternative")
        return (self.statement(other, scope) if other is not None else False) and first

    def do_while_statement(self, node, scope):
        self.condition(node, scope)
        self.statement(node.child_by_field_name("body"), scope)
        return False

    def do_for_statement(self, node, scope):
        inner = Scope(scope.kind, scope.is_static, scope)
        self.statement(node.child_by_field_name("init"), inner)
        self.condition(node, inner)
        self.statement(node.child_by_field_name("body"), inner)
        return False

    def do_enhanced_for_statement(self, node, scope):
        wanted = self.full(type_text(node.child_by_field_name("type")), scope.kind)
        outer, inner = arguments_of(self.type_of(node.child_by_field_name("value"), scope))
        if outer not in ("List", "Set") or not self.fits(inner[0], wanted):
            raise CompileError(f"{wanted} does not go through {outer}<{inner}>")
        names = Scope(scope.kind, scope.is_static, scope)
        if scope.find(text(node.child_by_field_name("name"))):
            raise CompileError(f"{text(node.child_by_field_name('name'))} is declared twice")
        names.names[text(node.child_by_field_name("name"))] = wanted
        self.statement(node.child_by_field_name("body"), names)
        return False

    def do_break_statement(self, node, scope):
        return True

    def do_return_statement(self, node, scope):
        result = scope.of_method().result
        if node.named_children:
            self.give(node.named_children[0], self.full(result, scope.kind), scope)
        elif result != "void":
            raise CompileError("returns nothing")
        return True

    def do_throw_statement(self, node, scope):
        kind = self.type_of(node.named_children[0], scope)
        if not self.is_exception(kind):
            raise CompileError(f"{kind} is thrown")
        return True

    def do_try_statement(self, node, scope):
        ends = self.statement(node.child_by_field_name("body"), scope)
        for clause in node.named_children:
            if clause.type == "catch_clause":
                (parameter,) = [one for one in clause.named_children if one.type == "formal_parameter"]
                kind = self.full(type_text(parameter.child_by_field_name("type")), scope.kind)
                if not self.is_exception(kind):
                    raise CompileError(f"{kind} is caught")
                inner = Scope(scope.kind, scope.is_static, scope)
                inner.names[text(parameter.child_by_field_name("name"))] = kind
                ends = self.statement(clause.child_by_field_name("body"), inner) and ends
        return ends

    # Expressions

    def give(self, node, wanted, scope):
        got = self.type_of(node, scope)
        wanted = self.full(wanted, scope.kind)
        if not self.fits(got, wanted):
            raise CompileError(f"{got} where {wanted} is wanted: {text(node)[:60]}")

    def type_of(self, node, scope):
        self.count += 1
        return getattr(self, "of_" + node.type, self.unknown)(node, scope)

    def of_parenthesized_expression(self, node, scope):
        return self.type_of(node.named_children[0], scope)

    def of_string_literal(self, node, scope):
        return "String"

    def of_int(self, node, scope):
        return "Long" if text(node)[-1] in "Ll" else "Integer"

    def of_boolean(self, node, scope):
        return "Boolean"

    def of_null_literal(self, node, scope):
        return "null"

    def of_this(self, node, scope):
        if scope.is_static:
            raise CompileError("this in a static method")
        return scope.kind.full_name

    def of_identifier(self, node, scope):
        found = self.variable(text(node), scope)
        if found is None:
            raise CompileError(f"there is no variable {text(node)}")
        return found

    def variable(self, name, scope):
        if found := scope.find(name):
            return found
        kind = scope.kind
        while kind is not None:
            if name in self.members[kind.full_name].fields:
                found, flags = self.members[kind.full_name].fields[name]
                if "static" not in flags and (scope.is_static or kind is not scope.kind):
                    raise CompileError(f"{name} belongs to an object")
                return self.full(found, kind)
            kind = kind.outer
        return None

    def class_named(self, node, scope):
        """The class that an expression names; None if it is a value."""
        if node.type == "identifier" and self.variable(text(node), scope) is None:
            return self.program.find_class(text(node), scope.kind)
        if node.type == "field_access":
            return self.program.find_class(text(node), scope.kind)
        return None

    def platform_name(self, node, scope):
        """Dotted names of the platform, as `Schema.DisplayType`; None if it is a value."""
        first = text(node).split(".")[0]
        is_name = re.fullmatch(r"[\w.]+", text(node)) and self.variable(first, scope) is None
        return text(node) if is_name and (first in NAMESPACES or self.is_object(first)) else None

    def see(self, owner, flags, scope, name):
        inside = scope.kind.outer or scope.kind
        home = owner.kind.outer or owner.kind
        is_test = "IsTest" in inside.annotations
        if "private" in flags and home is not inside and not ("TestVisible" in flags and is_test):
            raise CompileError(f"{owner.kind.full_name}.{name} is private")
        if not flags & {"public", "private", "global"}:
            raise CompileError(f"{owner.kind.full_name}.{name} does not say who may use it")

    def of_field_access(self, node, scope):
        target, name = node.child_by_field_name("object"), text(node.child_by_field_name("field"))
        if text(node) in VALUES:
            return VALUES[text(node)]
        if name == "class":
            return "Type"
        kind = self.class_named(target, scope)
        if kind is not None:
            found, flags = self.members[kind.full_name].fields[name]
            if "static" not in flags:
                raise CompileError(f"{text(node)} belongs to an object")
            self.see(self.members[kind.full_name], flags, scope, name)
            return self.full(found, kind)
        owner = self.type_of(target, scope)
        if self.is_object(owner):
            fields = FIELDS | self.custom.get(owner, {})
            if name not in fields:
                raise CompileError(f"{owner} has no {name}")
            return fields[name]
        if owner not in self.members or name not in self.members[owner].fields:
            raise CompileError(f"{owner} has no {name}")
        found, flags = self.members[owner].fields[name]
        self.see(self.members[owner], flags, scope, name)
        return self.full(found, self.members[owner].kind)

    def of_array_access(self, node, scope):
        outer, inner = arguments_of(self.type_of(node.child_by_field_name("array"), scope))
        self.give(node.child_by_field_name("index"), "Integer", scope)
        if outer != "List":
            raise CompileError(f"{outer} has no index")
        return inner[0]

    def arguments(self, node, scope):
        return [self.type_of(one, scope) for one in node.child_by_field_name("arguments").named_children if "comment" not in one.type]

    def choose(self, what, signatures, given):
        for wanted, result in signatures:
            if len(wanted) == len(given) and all(self.fits(got, one) for got, one in zip(given, wanted)):
                return result
        raise CompileError(f"{what} does not take ({', '.join(given)})")

    def of_method_invocation(self, node, scope):
        target, name = node.child_by_field_name("object"), text(node.child_by_field_name("name"))
        given = self.arguments(node, scope)
        if target is None:
            kind = scope.kind
            while kind.outer is not None and name not in self.members[kind.full_name].methods:
                kind = kind.outer
            return self.call(kind, name, given, scope, needs_static=scope.is_static or kind is not scope.kind)
        kind = self.class_named(target, scope)
        if kind is not None:
            return self.call(kind, name, given, scope, needs_static=True)
        if (dotted := self.platform_name(target, scope)) and dotted not in VALUES:
            if dotted in self.custom and name in ("getInstance", "getOrgDefaults") and not given:
                return dotted
            return self.choose(text(target) + "." + name, METHODS.get((dotted + ".", name), []), given)
        owner = self.type_of(target, scope)
        if owner in self.members:
            if self.is_exception(owner) and name not in self.members[owner].methods:
                return self.choose(name, METHODS.get(("Exception", name), []), given)
            return self.call(self.members[owner].kind, name, given, scope, needs_static=False)
        return self.platform_call(owner, name, given)

    def platform_call(self, owner, name, given):
        outer, inner = arguments_of(owner)
        names = dict(zip({"Map": ["K", "V"]}.get(outer, ["T"]), inner))
        base = "SObject" if self.is_object(outer) else "Exception" if self.is_exception(outer) and (outer, name) not in METHODS else outer
        signatures = [
            ([names.get(one, one) for one in wanted], re.sub(r"\b[TKV]\b", lambda found: names.get(found[0], found[0]), result))
            for wanted, result in METHODS.get((base, name), [])
        ]
        return self.choose(f"{owner}.{name}", signatures, given)

    def call(self, kind, name, given, scope, needs_static):
        owner = self.members[kind.full_name]
        fitting = [one for one in owner.methods.get(name, []) if len(one[0]) == len(given)]
        if not fitting:
            raise CompileError(f"{kind.full_name} has no {name} with {len(given)} parameters")
        wanted, result, flags = fitting[0]
        flags = flags if flags & {"public", "private", "global"} else flags | {"private"}
        if needs_static and "static" not in flags:
            raise CompileError(f"{name} belongs to an object")
        if not needs_static and scope.kind is not kind and "static" in flags:
            raise CompileError(f"{name} belongs to the class")
        self.see(owner, flags, scope, name)
        return self.full(self.choose(name, [([self.full(one, kind) for one in wanted], result)], given), kind)

    def of_object_creation_expression(self, node, scope):
        name = type_text(node.child_by_field_name("type"))
        outer, inner = arguments_of(name)
        found = node.child_by_field_name("arguments").named_children
        if outer in ("Map", "List", "Set"):
            if found:
                raise CompileError("collections are made empty, or of values")
            return name
        if self.is_object(name):
            fields = FIELDS | self.custom.get(name, {})
            for one in found:
                field = text(one.child_by_field_name("left"))
                if field not in fields:
                    raise CompileError(f"{name} has no {field}")
                self.give(one.child_by_field_name("right"), fields[field], scope)
            return name
        given = self.arguments(node, scope)
        kind = self.program.find_class(name, scope.kind)
        if kind is None:
            self.choose("new " + name, [(one, name) for one in CONSTRUCTORS.get(name, [])], given)
            return name
        constructors = [wanted for wanted, _ in self.members[kind.full_name].constructors]
        if self.is_exception(kind.full_name):
            constructors = [[], ["String"]]
        self.choose("new " + name, [([self.full(one, kind) for one in wanted], name) for wanted in constructors or [[]]], given)
        return kind.full_name

    def of_array_creation_expression(self, node, scope):
        kind = type_text(node.child_by_field_name("type"))
        for one in node.child_by_field_name("value").named_children:
            self.give(one, arguments_of(kind)[1][0], scope)
        return kind

    def of_cast_expression(self, node, scope):
        if self.type_of(node.child_by_field_name("value"), scope) != "Object":
            raise CompileError("a cast of what has a type")
        return type_text(node.child_by_field_name("type"))

    def of_ternary_expression(self, node, scope):
        self.condition(node, scope)
        first, other = (self.type_of(node.child_by_field_name(one), scope) for one in ("consequence", "alternative"))
        if self.fits(first, other):
            return other
        if self.fits(other, first):
            return first
        raise CompileError(f"{first} or {other}")

    def of_unary_expression(self, node, scope):
        kind = self.type_of(node.child_by_field_name("operand"), scope)
        wanted = ["Boolean"] if text(node.child_by_field_name("operator")) == "!" else NUMBERS
        if kind not in wanted:
            raise CompileError(f"{text(node)[:40]} of {kind}")
        return kind

    def of_update_expression(self, node, scope):
        return self.type_of(node.child_by_field_name("operand"), scope)

    def of_binary_expression(self, node, scope):
        operator = text(node.child_by_field_name("operator"))
        left, right = (self.type_of(node.child_by_field_name(side), scope) for side in ("left", "right"))
        if operator in ("&&", "||"):
            if (left, right) != ("Boolean", "Boolean"):
                raise CompileError(f"{left} {operator} {right}")
            return "Boolean"
        if operator in ("==", "!="):
            if not self.fits(left, right) and not self.fits(right, left):
                raise CompileError(f"{left} {operator} {right}")
            return "Boolean"
        if operator == "+" and "String" in (left, right):
            return "String"
        if left not in NUMBERS or right not in NUMBERS:
            raise CompileError(f"{left} {operator} {right}")
        return "Boolean" if operator in ("<", ">", "<=", ">=") else max(left, right, key=NUMBERS.index)

    def of_assignment_expression(self, node, scope):
        target = node.child_by_field_name("left")
        kind = self.type_of(target, scope)
        self.give(node.child_by_field_name("right"), kind, scope)
        return kind

    def of_dml_expression(self, node, scope):
        _, inner = arguments_of(kind := self.type_of(node.child_by_field_name("target"), scope))
        if not self.is_object(inner[0] if inner else kind):
            raise CompileError(f"{kind} is not a record")
        return "void"

    def of_query_expression(self, node, scope):
        body = node.named_children[0]
        source = text(body.child_by_field_name("from_clause").named_children[0])
        fields = FIELDS | self.custom.get(source, {})
        named = [text(one) for one in body.child_by_field_name("select_clause").named_children]

        def walk(one):
            if one.type == "field_identifier":
                named.append(text(one))
            elif one.type == "bound_apex_expression":
                self.type_of(one.named_children[0], scope)
            for child in one.named_children:
                walk(child)

        walk(body)
        for name in named:
            if not self.is_object(source) or name not in fields:
                raise CompileError(f"{source} has no {name}")
        return f"List<{source}>"


class Scope:
    """Names of a method or a block, with their types."""

    def __init__(self, kind, is_static, outer=None):
        self.kind, self.is_static, self.outer, self.names, self.result = kind, is_static, outer, {}, None

    def find(self, name):
        scope = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return None

    def of_method(self):
        scope = self
        while scope.outer is not None:
            scope = scope.outer
        return scope


def check(compiler, kind, counts):
    try:
        counts.append(compiler.check(kind))
    except CompileError as error:
        raise AssertionError(f"{kind.full_name}: {error}") from None


def main():
    counts = []
    for folder in (SOURCES / "classes", HERE.parents[1] / "samples"):
        compiler = Compiler(folder)
        for kind in compiler.all_classes():
            PART.check(f"{kind.full_name} in {folder.name}", check, compiler, kind, counts)
    if sum(counts) < 1000:
        PART.fail("expressions", f"only {sum(counts)} were looked at")
    PART.end(f"{sum(counts)} expressions of the package's Apex have the types that they need")


if __name__ == "__main__":
    main()
