"""Our own OpenAPI description: whether it is one, its schema of an answer, and which of its members were seen."""

import datetime
import json
import pathlib
import re
import subprocess
import sys

try:
    import yaml
    from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators
except ImportError as missing:
    print(f"skipped: {missing.name} is not installed (.ci/install installs it)")
    sys.exit(77)

ROOT = pathlib.Path(__file__).resolve().parents[2]
METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"]
CONTROL_ONLY = "x-control-socket-only"

# Objects of any shape: their members are the Telnyx API's, or are said in words (an explanation is for people).
OF_ANY_SHAPE = {"PlannedRequest/properties/body", "Action/properties/before", "ExplanationAnswer/properties/data"}

# Where the source has the words of a choice: (schema, file, the enum).
WORDS = [
    ("Severity", "daemon/catalogue/severity.hpp", "severity"),
    ("Kind", "daemon/catalogue/deviation_kind.hpp", "deviation_kind"),
    ("FindingStatus", "daemon/findings/finding.hpp", "finding_status"),
    ("Finding/properties/audit_trail", "daemon/findings/finding.hpp", "audit_trail"),
    ("HistoryKind", "daemon/state/history_event.hpp", "history_kind"),
    ("ReadingState", "daemon/findings/coverage.hpp", "reading_state"),
    ("Action/properties/measure", "daemon/containment/action.hpp", "measure"),
    ("Action/properties/state", "daemon/containment/action.hpp", "action_state"),
    ("Action/properties/undo", "daemon/catalogue/names.hpp", "undoing"),
]

WORDS_OF_SCHEMAS = {"$ref", "additionalProperties", "anyOf", "const", "default", "description", "enum", "examples",
                    "format", "items", "maxItems", "maxLength", "maximum", "minItems", "minLength", "minimum", "pattern",
                    "properties", "required", "type"}

formats = FormatChecker(formats=())


@formats.checks("date-time", raises=ValueError)
def is_date_time(value):
    return not isinstance(value, str) or datetime.datetime.fromisoformat(value).tzinfo is not None


@formats.checks("uri")
def is_uri(value):
    return not isinstance(value, str) or re.match(r"[a-z][a-z0-9+.-]*:\S+$", value) is not None


def fits_pattern(_validator, pattern, value, _schema):
    """As JavaScript has it, and so OpenAPI: to Python's re, $ is also before a last line end."""
    if isinstance(value, str) and not re.search(pattern.replace("$", r"\Z"), value):
        yield ValidationError(f"{value[:300]!r} does not match {pattern!r}")


Validator = validators.extend(Draft202012Validator, {"pattern": fits_pattern})


def parts_of(pointer):
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.removeprefix("#/").split("/")]


def pointer_to(*parts):
    return "#/" + "/".join(part.replace("~", "~0").replace("/", "~1") for part in parts)


def nodes(node, at="#"):
    """Every mapping of the document, with its JSON pointer."""
    if isinstance(node, dict):
        yield at, node
    for key, below in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from nodes(below, f"{at}/" + str(key).replace("~", "~0").replace("/", "~1"))


def below(schema):
    """The schemas that a schema is made of, beside its members, with the rest of their pointers."""
    if "items" in schema:
        yield "/items", schema["items"]
    for word in ("anyOf", "oneOf", "allOf"):
        for number, each in enumerate(schema.get(word, [])):
            yield f"/{word}/{number}", each


class Document:
    def __init__(self, path):
        self.path = path
        self.all = yaml.safe_load(path.read_text(encoding="utf-8"))

    def at(self, pointer):
        node = self.all
        for part in parts_of(pointer):
            node = node[int(part)] if isinstance(node, list) else node[part]
        return node

    def resolved(self, node):
        while "$ref" in node:
            node = self.at(node["$ref"])
        return node

    def validator(self, pointer):
        """Of the schema there. The whole document is around it, so that references need nothing else."""
        return Validator({**self.all, "$ref": pointer}, format_checker=formats)

    def operations(self):
        for path, item in self.all["paths"].items():
            for method in METHODS:
                if method in item:
                    yield path, method, item[method]

    def path_for(self, target):
        """The described path that a request's target is for; None when there is none."""
        asked = target.partition("?")[0]
        fits = [path for path in self.all["paths"] if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), asked)]
        return max(fits, key=lambda path: path == asked, default=None)

    def responses_of(self, path, method):
        """(status, pointer) of each response that an operation describes, references followed."""
        for status, response in self.all["paths"][path][method]["responses"].items():
            yield status, response.get("$ref", pointer_to("paths", path, method, "responses", status))

    def problems_with(self, pointer, value):
        return [f"{error.json_path}: {error.message[:400]}" for error in self.validator(pointer).iter_errors(value)]

    # --- which members there are, and which were seen ---

    def members(self, pointer, among):
        """Puts into `among` the pointers of all members below the schema there."""
        schema = self.at(pointer)
        if pointer in among:
            return
        among[pointer] = {f"{pointer}/properties/{name}" for name in schema.get("properties", {})}
        for further in [schema["$ref"]] if "$ref" in schema else []:
            self.members(further, among)
        for rest, _ in below(schema):
            self.members(pointer + rest, among)
        for member in among[pointer]:
            self.members(member, among)

    def note(self, pointer, value, seen):
        """Puts into `seen` (pointer of a member, "null" or "value") for each member of a valid value."""
        schema = self.at(pointer)
        if "$ref" in schema:
            self.note(schema["$ref"], value, seen)
        for name in schema.get("properties", {}) if isinstance(value, dict) else ():
            if name in value:
                member = f"{pointer}/properties/{name}"
                seen.add((member, "null" if value[name] is None else "value"))
                self.note(member, value[name], seen)
        for rest, _ in below(schema):
            if rest == "/items":
                for each in value if isinstance(value, list) else ():
                    self.note(pointer + rest, each, seen)
            elif not self.problems_with(pointer + rest, value):
                self.note(pointer + rest, value, seen)

    def promised(self, pointers):
        """{(pointer of a member, "null" or "value")}: everything that values of these schemas may have."""
        among = {}
        for pointer in pointers:
            self.members(pointer, among)
        out = set()
        for member in set().union(*among.values()):
            if self.resolved(self.at(member)).get("type") != "null":
                out.add((member, "value"))
            if not self.problems_with(member, None):
                out.add((member, "null"))
        return out

    def schemas_of_bodies(self):
        """The pointers of the schemas of all JSON answers, and of all requests' bodies."""
        answers, requests = set(), set()
        for path, method, operation in self.operations():
            for _, response in self.responses_of(path, method):
                answers |= {f"{response}/content/application~1json/schema"} \
                    if "application/json" in self.at(response)["content"] else set()
            if "requestBody" in operation:
                requests.add(pointer_to("paths", path, method, "requestBody", "content", "application/json", "schema"))
        return answers, requests


# --- whether it is a good description ---------------------------------------------------------------------------------

def references_lead_somewhere(document):
    named = set()
    for at, node in nodes(document.all):
        if "$ref" not in node:
            continue
        named.add(node["$ref"])
        try:
            document.at(node["$ref"])
        except (KeyError, IndexError, TypeError, ValueError):
            yield f"{at}: {node['$ref']} is not there"
    named |= {f"#/components/securitySchemes/{name}" for each in document.all["security"] for name in each}
    for kind, entries in document.all["components"].items():
        for name in entries:
            if f"#/components/{kind}/{name}" not in named:
                yield f"#/components/{kind}/{name} is not used"


def has_what_openapi_asks_for(document):
    if not re.fullmatch(r"3\.1\.\d+", document.all.get("openapi", "")):
        yield "openapi is not 3.1"
    for member in ("title", "version"):
        if not document.all["info"].get(member):
            yield f"info has no {member}"
    known = {"openapi", "info", "jsonSchemaDialect", "servers", "paths", "webhooks", "components", "security", "tags"}
    for member in set(document.all) - known:
        if not member.startswith("x-"):
            yield f"{member} is no member of an OpenAPI document"
    for path, item in document.all["paths"].items():
        if not path.startswith("/"):
            yield f"{path} does not begin with /"
        for member in set(item) - {*METHODS, "parameters", "servers", "summary", "description"}:
            yield f"{path}: {member} is no member of a path item"


def operations_are_whole(document):
    ids = [operation.get("operationId") for _, _, operation in document.operations()]
    for each in {each for each in ids if each is None or ids.count(each) > 1}:
        yield f"operationId {each} is missing, or is there {ids.count(each)} times"
    tags = {tag["name"] for tag in document.all["tags"]}
    for path, method, operation in document.operations():
        where = f"{method} {path}"
        if not operation.get("summary") or not operation.get("tags") or not set(operation["tags"]) <= tags:
            yield f"{where}: no summary, or no tag that is declared"
        given = [document.resolved(each) for each in
                 document.all["paths"][path].get("parameters", []) + operation.get("parameters", [])]
        in_path = {each["name"] for each in given if each["in"] == "path" and each.get("required") is True}
        for each in given:
            if each["in"] not in ("path", "query") or not each.get("description") or not each.get("schema"):
                yield f"{where}: parameter {each.get('name')} is not described"
        if in_path != set(re.findall(r"\{(\w+)\}", path)):
            yield f"{where}: the parameters in the path are not those that are described as required"
        responses = operation.get("responses", {})
        if not any(re.fullmatch("2..", str(status)) for status in responses):
            yield f"{where}: nothing says what is answered when it works"
        for status in responses:
            if not isinstance(status, str) or not re.fullmatch(r"[1-5]\d\d|default", status):
                yield f"{where}: {status!r} is no status: write it in quotes"
        if bool(operation.get(CONTROL_ONLY)) != ("servers" in operation):
            yield f"{where}: {CONTROL_ONLY} and servers say different things"
    for name, response in document.all["components"]["responses"].items():
        if not response.get("description"):
            yield f"response {name} has no description"


def schemas_of(document):
    """(pointer, schema) of everything that is a schema, those within schemas as well."""
    of_others = [(f"{at}/schema", node["schema"]) for at, node in nodes(document.all)
                 if isinstance(node.get("schema"), dict)]
    of_components = [(f"#/components/schemas/{name}", schema)
                     for name, schema in document.all["components"]["schemas"].items()]

    def within(at, schema):
        yield at, schema
        for name, member in schema.get("properties", {}).items():
            yield from within(f"{at}/properties/{name}", member)
        for rest, each in below(schema):
            yield from within(at + rest, each)
    for at, schema in of_others + of_components:
        yield from within(at, schema)


def nothing_is_left_empty(document):
    """To YAML, what follows the comma in {description: One, and another} is a member without a value."""
    for at, node in nodes(document.all):
        if re.search(r"/(examples?|x-[a-z-]+)(/|$)", at):
            continue
        for name, value in node.items():
            if value is None or value in ({}, ""):
                yield f"{at}: {name} has no value"


def schemas_are_strict(document):
    for at, schema in schemas_of(document):
        for word in set(schema) - WORDS_OF_SCHEMAS:
            yield f"{at}: {word!r} is no word of a schema that this test knows"
        for error in Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema):
            yield f"{at} is no schema: {error.message[:200]}"
        if "properties" in schema and schema.get("additionalProperties") is not False:
            yield f"{at}: additionalProperties is not false"
        required = set(schema.get("required", []))
        for choice in schema.get("anyOf", []):  # {required: [one]} or {required: [another]}, of the properties here
            required |= set(choice["required"] if set(choice) == {"required"} else [])
        is_choice = set(schema) == {"required"} and re.search(r"/anyOf/\d+$", at)
        if not is_choice and required - set(schema.get("properties", {})):
            yield f"{at}: requires what is not described"
        is_object = schema.get("type") == "object" or "object" in (schema.get("type") or [])
        shape = {"properties", "additionalProperties"} & set(schema)
        if is_object and not shape and at.removeprefix("#/components/schemas/") not in OF_ANY_SHAPE:
            yield f"{at}: an object of any shape"
        if schema.get("type") == "array" and "items" not in schema:
            yield f"{at}: an array of anything"


def examples_are_valid(document):
    found = 0
    for at, schema in schemas_of(document):
        for example in schema.get("examples", []):
            found += 1
            yield from (f"{at}: an example is wrong: {problem}" for problem in document.problems_with(at, example))
    for at, node in nodes(document.all):
        if "example" in node and "schema" in node:
            found += 1
            yield from (f"{at}: the example is wrong: {problem}"
                        for problem in document.problems_with(f"{at}/schema", node["example"]))
    if found < 10:
        yield f"only {found} examples were found"


def words_in(file, kind):
    text = (ROOT / file).read_text(encoding="utf-8")
    body = re.search(rf"\bword_table<{kind}>\(([^)]*)\)", text)
    # A list that was not read yet, or was read in part, is "failed" in JSON (json_word_of).
    return set(re.findall(r'"([^"]+)"', body[1])) - {"not read yet", "read in part"} if body else set()


def choices_are_the_sources(document):
    for schema, file, kind in WORDS:
        ours, theirs = set(document.at(f"#/components/schemas/{schema}")["enum"]), words_in(file, kind)
        if ours != theirs:
            yield f"{schema}: {sorted(ours ^ theirs)} is not in both the description and {file}"


def resources_are_the_catalogues(document, trunkwarden):
    command = [trunkwarden, "resources", "--output=json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    theirs = {each["resource"] for each in json.loads(done.stdout)}
    ours = set(document.at("#/components/schemas/Resource")["enum"])
    if ours != theirs:
        yield f"Resource: {sorted(ours ^ theirs)} is not in both the description and `trunkwarden resources`"


def every_route_is_described(document):
    """The paths in daemon/web/ are whole literals, or a beginning and a word for the end."""
    source = {file.name: file.read_text(encoding="utf-8") for file in sorted((ROOT / "daemon/web").glob("*.[ch]pp"))}
    paths = set(document.all["paths"])
    # A dot ends a sentence, and no route; angle brackets are of HTML; what ends a path is in none.
    literals = {found for name, text in source.items() if name.endswith(".cpp")
                for found in re.findall(r'"(/(?:[^"\s<>?#]*[^"\s<>?#.])?)"', text)}
    links = {f"/{found}" for text in source.values() for found in re.findall(r'(?:href|src)="([a-z-][^"{}:]*)"', text)}
    beginnings = {each for each in literals if each.endswith("/") and each != "/"}
    for route in (literals | links) - beginnings - {"/api"}:
        if route not in paths:
            yield f"daemon/web routes {route}, which is not described"
    for beginning in beginnings:
        if not any(path.startswith(beginning) for path in paths):
            yield f"daemon/web routes what begins with {beginning}, of which nothing is described"
    of_findings = {f"/api/v1/findings/{{id}}/{verb}" for verb in re.findall(r'verb == "([a-z-]+)"', source["api.cpp"])}
    orders = words_in("daemon/status/daemon_status.hpp", "quarantine_order::verb")
    of_orders = {path.rpartition("/")[2] for path in paths if re.match(r"/api/v1/(actions/\{id\}|quarantine)/", path)}
    if len(literals) < 12 or len(links) < 2 or not of_findings or not orders:
        yield "daemon/web is written otherwise than this test reads it: no routes were found"
    for path in of_findings - paths:
        yield f"daemon/web routes {path}, which is not described"
    for verb in orders ^ of_orders:
        yield f"{verb} is not both an order in daemon/status/daemon_status.hpp and described"


RULES = [references_lead_somewhere, has_what_openapi_asks_for, operations_are_whole, nothing_is_left_empty,
         schemas_are_strict, examples_are_valid, choices_are_the_sources, every_route_is_described]
