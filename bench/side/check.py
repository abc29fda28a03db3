"""Before anything is measured: every arm must answer what is expected, and the translating arms must ask the backend
alike. The first difference ends the run."""
import json

import world as w
from recorder import Exchange, Recorder


def plain(document):
    """A JSON document as it compares: texts that hold carried state are opened, cursors only have to be there."""
    if isinstance(document, dict):
        return {k: "a cursor" if k == "next_cursor" and v else plain(v) for k, v in document.items()}
    if isinstance(document, list):
        return [plain(v) for v in document]
    if isinstance(document, str) and document.startswith('{"') and '"v":1' in document:
        return plain(json.loads(document))
    return document


def sent_plain(text: bytes):
    """A created case; the order of its attributes means nothing."""
    if not text:
        return None
    document = plain(json.loads(text))
    document["attributes"]["data"].sort(key=lambda a: a["type"])
    return document


def first_difference(a, b, where="") -> str:
    if type(a) is not type(b):
        return f"{where or '/'}: {a!r} is not {b!r}"
    if isinstance(a, dict):
        for key in [*a, *(k for k in b if k not in a)]:
            if key not in a or key not in b:
                return f"{where}/{key}: only on one side"
            if found := first_difference(a[key], b[key], f"{where}/{key}"):
                return found
        return ""
    if isinstance(a, list):
        if len(a) != len(b):
            return f"{where}: {len(a)} and {len(b)} entries"
        return next((f for f in (first_difference(x, y, f"{where}/{i}") for i, (x, y) in enumerate(zip(a, b))) if f), "")
    return "" if a == b else f"{where or '/'}: {a!r} is not {b!r}"


def compare(arm, body: w.Body, expected, status: int, text: bytes, target: str) -> None:
    difference = f"status {status}, expected {expected[0]}" if status != expected[0] else ""
    if not difference:
        difference = first_difference(plain(json.loads(text)), plain(json.loads(expected[1])))
    if difference:
        raise SystemExit(f"bench: {arm.name} does not answer as expected ({body.name}, {target}):\n  {difference}")


def expected_from_backend(world: w.World, body: w.Body, target: str):
    return (201, world.created) if body.backend.method == "POST" else (200, world.replies[target])


def check_arm(arm, world: w.World, recorder: Recorder, bodies: list) -> None:
    arm.start()
    try:
        for body in bodies:
            wanted = arm.requests(body)
            for number, target in enumerate(wanted.targets):
                recorder.take()
                status, _, text = w.ask(arm.port, wanted.method, target, wanted.headers, wanted.body or None)
                expected = body.expected[target] if arm.translates else expected_from_backend(world, body, target)
                compare(arm, body, expected, status, text, target)
                check_upstream(arm, body, number, recorder.take())
    finally:
        arm.stop()


def check_upstream(arm, body: w.Body, number: int, seen: list) -> None:
    """One request about cases, the recorded one."""
    about_cases = [e for e in seen if "/v3/cases" in e.target]
    wanted = body.backend.targets[number % len(body.backend.targets)]
    asked = [(e.method, e.target) for e in about_cases]
    if asked != [(body.backend.method, wanted)]:
        raise SystemExit(f"bench: {arm.name} asked the backend {asked} for {body.name}, expected {wanted}")
    difference = first_difference(sent_plain(about_cases[0].sent), sent_plain(body.backend.body.encode()))
    if difference:
        raise SystemExit(f"bench: {arm.name} sent another case to the backend: {difference}")


def check_all(proxies: list, world: w.World, bodies: list) -> int:
    """The number of answers that were compared."""
    known = [Exchange("GET", target, b"", 200, answer) for target, answer in world.replies.items()]
    known.append(Exchange("POST", world.bodies["create"].backend.targets[0], b"", 201, world.created))
    recorder = Recorder(world.backend_port, None, known)
    try:
        for arm in proxies:
            check_arm(arm, world, recorder, bodies)
    finally:
        recorder.stop()
    return len(proxies) * sum(len(b.facade.targets) for b in bodies)
