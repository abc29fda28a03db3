"""Comments and tasks as a client of the façade and as ThreatConnect see them."""
import json

from support import STATE

COMMENT_KEYS = ["id", "created_at", "updated_at", "content", "parent_id", "workflow", "agent", "user", "last_edited_at",
                "deleted_at", "is_deleted", "mentions"]
TASK_KEYS = ["id", "created_at", "updated_at", "case_id", "title", "description", "priority", "status", "assignee",
             "workflow_id", "default_trigger_values"]


class Talk:
    """The comments and tasks of one case, for one client."""

    def __init__(self, client, case):
        self.client, self.case = client, case

    def of(self, client):
        return Talk(client, self.case)

    def ask(self, method, path, **kwargs):
        return self.client.ask(method, f"/cases/{self.case}{path}", **kwargs)

    def good(self, method, path, status, **kwargs):
        done = self.ask(method, path, **kwargs)
        assert done.status_code == status, (done.status_code, done.text)
        return done

    def comments(self):
        return self.good("GET", "/comments", 200).json()

    def threads(self):
        return self.good("GET", "/comments/threads", 200).json()

    def contents(self):
        return [c["content"] for c in self.comments()]

    def authors(self):
        return [c["user"] and c["user"]["email"] for c in self.comments()]

    def post(self, content, parent=None, **kwargs):
        return self.ask("POST", "/comments", json={"content": content, **({"parent_id": parent} if parent else {})}, **kwargs)

    def say(self, content, parent=None, **kwargs):
        """The id of a new comment."""
        done = self.post(content, parent, **kwargs)
        assert (done.status_code, done.text) == (201, "null"), (done.status_code, done.text)
        return done.headers["Location"].rpartition("/")[2]

    def edit(self, comment, **members):
        return self.ask("PATCH", f"/comments/{comment}", json=members)

    def take_back(self, comment):
        return self.ask("DELETE", f"/comments/{comment}")

    def tasks(self):
        return self.good("GET", "/tasks", 200).json()

    def task(self, task):
        return next(t for t in self.tasks() if t["id"] == task)

    def give(self, title="A task", **members):
        return self.good("POST", "/tasks", 201, json={"title": title, **members}).json()

    def change(self, task, **members):
        return self.good("PATCH", f"/tasks/{task}", 200, json=members).json()


def notes(native, number):
    """The notes of a case as ThreatConnect has them, the oldest first."""
    found = native.done("GET", f"/cases/{number}", params=[("fields", "notes")]).get("notes", {}).get("data", [])
    return sorted(found, key=lambda n: n["id"])


def native_tasks(native, number):
    found = native.done("GET", f"/cases/{number}", params=[("fields", "tasks")]).get("tasks", {}).get("data", [])
    return sorted(found, key=lambda t: t["id"])


def states(native, number, kind):
    """What is carried of the children of one kind: (child's number, entries), the oldest first."""
    out = []
    for attribute in sorted(native.entries(number, STATE), key=lambda a: a["id"]):
        state = json.loads(attribute["value"])
        if state.get("of", [""])[0] == kind:
            out.append((state["of"][1], state["s"]))
    return out


def detail(answer):
    return answer.status_code, answer.json().get("detail")
