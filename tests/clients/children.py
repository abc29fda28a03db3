"""Two servers that must answer alike about what hangs on a case: our ThreatConnect sandbox, and the façade over Tracecat."""

import contextlib

from bridge import CALLER_ID, body_of
from conftest import ACCESS_ID, SECRET, V3, HmacAuth, Sensitive

SYSTEM_EVENT = "Case created"


class Place:
    def __init__(self, server, caller_id, other_user):
        self.wire = server.session(HmacAuth(ACCESS_ID, Sensitive(SECRET)))
        if not hasattr(self.wire, "heard"):
            self.wire.heard = []
            self.wire.hooks["response"].append(lambda answer, **_: self.wire.heard.append(answer))
        self.v3 = V3(self.wire)
        self.caller = ACCESS_ID
        self.caller_id, self.other_user = caller_id, other_user

    def ask(self, method, path, **more):
        return self.wire.request(method, path, timeout=60, **more)

    def data(self, method, path, **more):
        answer = self.ask(method, path, **more)
        assert answer.status_code == (201 if method == "POST" else 200), answer.text[:1000]
        assert answer.json()["status"] == "Success"
        return answer.json().get("data")

    def refused(self, method, path, status, code, **more):
        answer = self.ask(method, path, **more)
        assert (answer.status_code, answer.json()["errCode"], answer.json()["status"]) == (status, code, "Error"), answer.text[:1000]
        assert answer.headers["Content-Type"] == "application/json"
        return answer.json()["message"]

    def make(self, **members):
        return self.data("POST", "/v3/cases", json={"name": "A case", "severity": "Low", "status": "Open", **members})["id"]

    def drop(self, number):
        assert self.ask("DELETE", f"/v3/cases/{number}").status_code == 200

    @contextlib.contextmanager
    def case(self, **members):
        number = self.make(**members)
        yield number
        self.drop(number)

    def ids(self, path, tql, **more):
        return [one["id"] for one in self.data("GET", f"/v3/{path}", params={"tql": tql, **more})]

    def sent(self):
        """Path and body of the client's last request."""
        last = self.wire.heard[-1]
        return last.request.path_url.removeprefix("/api"), body_of(last)


def of_sandbox(sandbox):
    return Place(sandbox, 4, 1)


def of_facade(bridge):
    return Place(bridge, CALLER_ID, 4)


def fresh(make, number, *fields):
    """The object read anew."""
    again = make(id=number)
    again.get(params={"fields": list(fields)} if fields else None)
    return again.model
