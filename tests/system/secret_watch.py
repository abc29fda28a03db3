"""Looks through every log of a test run for every secret used in it.

Secrets are collected where they are used: in the configurations that tests write, in the requests that
they send, in the cookies that they get. Logs are looked through when the programs that wrote them end;
what was found fails the run (conftest.pytest_sessionfinish)."""
import http.client
import json
import re
from pathlib import Path

SHORTEST = 8
SECRET_KEYS = {"token", "secret", "password_hash", "secret_hash"}
# What is a credential by its form, whoever made it up.
SHAPES = [re.compile(p) for p in (
    r"tc_(?:ws|org)_sk_\w{12}_", r"APIV2:", r"TC-Token", r"TC \d{5,}:", r"fastapiusersauth", r"[Bb]earer \S", r"scrypt\$\d", r"sha256\$[0-9a-f]",
    r"-----BEGIN", r"[?&](?:password|token|key)=",
)]

secrets: set = set()
findings: list = []
looked_at = {"logs": 0, "bytes": 0}


def add(text):
    """A text that must not be logged, with the parts that give it away."""
    for part in {text, *re.split(r"[.$]", text), text.partition(":")[2]}:
        if len(part) >= SHORTEST and not part.isdigit():
            secrets.add(part)


def add_header(name, value):
    name = name.lower()
    if name == "authorization":
        credential = value.partition(" ")[2] or value
        key = re.fullmatch(r"tc_(?:ws|org)_sk_[^_]*_(.+)", credential)
        add(key[1] if key else credential)
    elif name in ("cookie", "set-cookie"):
        for pair in value.split(";")[: 1 if name == "set-cookie" else None]:
            add(pair.partition("=")[2].strip(' "'))


def add_configuration(content):
    """Every secret in a configuration; nothing in a file of another kind."""
    try:
        document = json.loads(content) if isinstance(content, str) else content
    except ValueError:
        return

    def walk(value, key=""):
        if isinstance(value, dict):
            for k, v in value.items():
                walk(v, k)
        elif isinstance(value, list):
            for v in value:
                walk(v, key)
        elif isinstance(value, str) and key in SECRET_KEYS:
            add(value)

    walk(document)


def find(text):
    """What a log gives away: (the beginning of the secret or the form, the line)."""
    out = [(s[:3] + "…", line_of(text, text.index(s))) for s in secrets if s in text]
    return out + [(shape.pattern, line_of(text, m.start())) for shape in SHAPES if (m := shape.search(text))]


def line_of(text, at):
    return text[text.rfind("\n", 0, at) + 1:].split("\n", 1)[0]


def look_through(folder):
    for log in sorted(Path(folder).glob("*.log")):
        text = log.read_text(errors="replace")
        looked_at["logs"] += 1
        looked_at["bytes"] += len(text)
        findings.extend((log.name, *found) for found in find(text))


def install(stack_class):
    """From now on requests, answers and files of the run are watched."""
    put, parse, write, stop = http.client.HTTPConnection.putheader, http.client.parse_headers, stack_class.write, stack_class.stop

    def putheader(self, header, *values):
        name = header.decode() if isinstance(header, bytes) else header
        for v in values:
            add_header(name, v.decode("latin-1") if isinstance(v, bytes) else str(v))
        return put(self, header, *values)

    def parse_headers(*args, **kwargs):
        message = parse(*args, **kwargs)
        for v in message.get_all("set-cookie") or []:
            add_header("set-cookie", v)
        return message

    def write_file(self, name, content):
        if "secret" in name or "token" in name:
            add(content.strip())
        add_configuration(content)
        return write(self, name, content)

    def stop_and_look(self):
        for _, process in self.processes:
            if process.poll() is None:
                process.terminate()
        for _, process in self.processes:
            try:
                process.wait(10)
            except Exception:
                pass  # stop() deals with it
        look_through(self.folder.name)
        return stop(self)

    http.client.HTTPConnection.putheader = putheader
    http.client.parse_headers = parse_headers
    stack_class.write, stack_class.stop = write_file, stop_and_look
