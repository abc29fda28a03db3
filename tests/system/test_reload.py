"""Configuration and tables read anew while the program runs: by SIGHUP and by changed files, under load."""
import json
import os
import re
import shutil
import signal
import ssl
import threading
import time

import pytest
import requests
from conftest import ROOT, Stack, until
from organisation import KEYS, Organisation, bridge, password_hash
from support import Tracecat, unique
from test_tls import authority, certificate

OVERLAY_FIELD = {"field": "f_integer", "attribute": "Integer", "type": "INTEGER"}


class Site:
    """An organisation whose tables, overlay and configuration are files of its own."""

    def __init__(self, stack, hashed="", quiet_ms=50, **changes):
        self.stack = stack
        shutil.copytree(ROOT / "mappings", stack.path("mappings"))
        self.table = stack.path("mappings") / "case.jsonc"
        self.overlay = stack.path("overlay.jsonc")
        self.overlay_with()
        self.org = Organisation(stack, [bridge("main", hashed=hashed, overlays=[str(self.overlay)])], threads=2,
                                mappings=str(stack.path("mappings") / "bundle.jsonc"), reload={"quiet_ms": quiet_ms}, **changes)
        self.bridge = self.org.bridge
        self.file = stack.path("bridges.json")
        self.client = self.org.client()

    def overlay_with(self, *fields):
        replace(self.overlay, json.dumps({"extends": "case", **({"fields+": list(fields)} if fields else {})}))

    def configure(self, change):
        """The configuration, changed by a function, put in place as editors do: by a rename."""
        config = json.loads(self.file.read_text())
        change(config)
        replace(self.file, json.dumps(config, indent=1))

    def count(self, message):
        return self.bridge.messages().count(message)

    def signal(self):
        self.bridge.process.send_signal(signal.SIGHUP)

    def after(self, act, message="reloaded"):
        """Does something and waits until the log says so; the line."""
        before = self.count(message)
        act()
        until(lambda: self.count(message) > before, 30)
        return [line for line in self.bridge.lines() if line["msg"] == message][-1]

    def reload(self):
        return self.after(self.signal)

    def refused(self, act):
        """The findings of an attempt that fails."""
        seen = len(self.bridge.lines())
        self.after(act, "reload refused, everything stays as it was")
        return [line["what"] for line in self.bridge.lines()[seen:] if line["msg"] == "finding"]

    def metric(self, name):
        text = requests.get(self.bridge.admin + "/metrics").text
        found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
        return float(found[1]) if found else 0.0


def replace(path, text):
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text)
    fresh.rename(path)


def make_site(**changes):
    stack = Stack()
    try:
        yield Site(stack, **changes)
    finally:
        stack.stop()


@pytest.fixture
def site():
    """Nobody looks at the files: only SIGHUP reloads."""
    yield from make_site(quiet_ms=60000)


@pytest.fixture
def watched():
    yield from make_site()


class Load:
    """Clients on connections of their own that read, search and write until the block ends; none may meet an error."""

    def __init__(self, site, clients=6):
        self.done = threading.Event()
        self.failures, self.counts = [], [0] * clients
        self.cases = [site.client.create(summary=unique("load")) for _ in range(clients)]
        self.threads = [threading.Thread(target=self.work, args=(site, i)) for i in range(clients)]

    def work(self, site, i):
        client = site.org.client()
        case = self.cases[i]
        while not self.done.is_set():
            n = self.counts[i]
            try:
                if n % 3 == 0:
                    client.change(case, summary=f"load {i} {n}")
                assert client.get(case)["summary"] == f"load {i} {n - n % 3}"
                assert client.page("/search", short_id=client.get(case)["short_id"])["items"][0]["id"] == case
            except Exception as problem:
                self.failures.append(repr(problem))
                return
            self.counts[i] += 1

    def __enter__(self):
        for t in self.threads:
            t.start()
        until(lambda: all(n > 1 for n in self.counts))
        return self

    def goes_on(self):
        """Every client has had its answers since now."""
        then = list(self.counts)
        until(lambda: self.failures or all(n > m + 1 for n, m in zip(self.counts, then)), 30)

    def __exit__(self, *_):
        self.done.set()
        for t in self.threads:
            t.join()
        assert self.failures == []


def add_a_field_under_load(site, trigger):
    assert "f_integer" not in {f["id"] for f in site.client.ask("GET", "/case-fields").json()}
    with Load(site) as load:
        site.after(trigger)
        case = site.client.create(fields={"f_integer": 7})
        assert site.client.fields(case)["f_integer"] == 7
        load.goes_on()
    stored = {a["value"] for a in site.org.native.attributes(site.client.number(case), "Integer")}
    assert stored == {"7"}
    assert site.metric('casebridge_reloads_total{outcome="applied"}') == 1


def test_a_custom_field_of_one_overlay_line_works_after_a_signal_and_no_request_fails(site):
    site.overlay_with(OVERLAY_FIELD)
    add_a_field_under_load(site, site.signal)


def test_a_custom_field_of_one_overlay_line_works_after_the_file_changed_and_no_request_fails(watched):
    add_a_field_under_load(watched, lambda: watched.overlay_with(OVERLAY_FIELD))
    assert [line["cause"] for line in watched.bridge.lines() if line["msg"] == "reloaded"] == ["files"]


def test_a_broken_table_leaves_the_old_one_and_says_where_it_is_broken(site):
    good = site.table.read_text()
    with Load(site, 2) as load:
        replace(site.table, good.replace('"rules"', '"ruless"', 1))
        findings = site.refused(site.signal)
        assert re.match(rf'{re.escape(str(site.table))}:\d+:\d+: unknown key "ruless"', findings[0]), findings
        replace(site.table, good[: len(good) // 2])
        assert re.match(rf"{re.escape(str(site.table))}:\d+:\d+: ", site.refused(site.signal)[0])
        load.goes_on()
    assert site.metric('casebridge_reloads_total{outcome="refused"}') == 2
    replace(site.table, good)
    site.reload()


def test_a_broken_overlay_and_a_missing_one_are_refused_until_they_are_right(watched):
    findings = watched.refused(lambda: watched.overlay_with({"field": "f_integer", "attribute": "Integer", "type": "NUMBR"}))
    assert any(f.startswith(f"{watched.overlay}:1:") and "NUMBR" in f for f in findings), findings
    watched.refused(lambda: watched.overlay.unlink())
    watched.after(lambda: watched.overlay_with(OVERLAY_FIELD))
    assert "f_integer" in {f["id"] for f in watched.client.ask("GET", "/case-fields").json()}


def test_a_broken_configuration_leaves_the_old_one(watched):
    good = watched.file.read_text()
    assert any(":2:" in f for f in watched.refused(lambda: replace(watched.file, good.replace('"demo": true', '"demo": tru'))))
    findings = watched.refused(lambda: replace(watched.file, good.replace('"mode": "read-write"', '"mode": "read-rite"')))
    assert any("read-rite" in f or "mode" in f for f in findings), findings
    assert watched.client.create()
    watched.after(lambda: replace(watched.file, good.replace('"mode": "read-write"', '"mode": "read-only"')))
    assert watched.client.post().status_code == 403 or watched.client.post().status_code == 405


def test_a_configuration_that_names_a_file_to_come_is_taken_when_it_comes(watched):
    later = watched.stack.path("later.jsonc")
    findings = watched.refused(lambda: watched.configure(lambda c: c["bridges"][0]["overlays"].append(str(later))))
    assert any("later.jsonc" in f for f in findings)
    watched.after(lambda: replace(later, json.dumps({"extends": "case", "fields+": [OVERLAY_FIELD]})))
    assert "f_integer" in {f["id"] for f in watched.client.ask("GET", "/case-fields").json()}


@pytest.mark.parametrize(("change", "sentence"), [
    (lambda c: c.update(threads=3), "threads cannot change while casebridge runs: there are 2"),
    (lambda c: c["bridges"][0].update(listen="127.0.0.1:1"), "listen of bridge main cannot change while it runs"),
    (lambda c: c["bridges"][0].update(name="other"), "bridge main cannot go while casebridge runs"),
    (lambda c: c["bridges"].append({**c["bridges"][0], "name": "second"}), "bridge second cannot be added while casebridge runs"),
])
def test_what_only_a_restart_can_change_is_refused_by_name(site, change, sentence):
    before = site.file.read_text()
    site.configure(change)
    findings = site.refused(site.signal)
    assert any(sentence in f and f.startswith(f"{site.file}:") for f in findings), findings
    replace(site.file, before)
    site.reload()


def test_several_changes_at_once_are_one_reload(watched):
    watched.configure(lambda c: c["reload"].update(quiet_ms=2000))
    until(lambda: watched.count("reloaded") == 1)
    for n in range(5):
        watched.overlay_with({**OVERLAY_FIELD, "field": f"f_{n}"})
        time.sleep(0.02)
    until(lambda: watched.count("reloaded") == 2)
    assert "f_4" in {f["id"] for f in watched.client.ask("GET", "/case-fields").json()}
    watched.overlay.touch()  # the same content
    watched.overlay_with({**OVERLAY_FIELD, "field": "f_4"})
    watched.reload()
    assert watched.count("reloaded") == 3


def test_a_folder_that_is_swapped_as_kubernetes_does_it_is_noticed(watched):
    mount = watched.stack.path("mount")

    def version(name, level):
        folder = mount / f"..{name}"
        folder.mkdir(parents=True)
        (folder / "overlay.jsonc").write_text(json.dumps({"extends": "case", "fields+": [{**OVERLAY_FIELD, "field": level}]}))
        (mount / "..data_tmp").symlink_to(folder.name)
        (mount / "..data_tmp").rename(mount / "..data")

    version("one", "f_one")
    (mount / "overlay.jsonc").symlink_to("..data/overlay.jsonc")
    watched.after(lambda: watched.configure(lambda c: c["bridges"][0].update(overlays=[str(mount / "overlay.jsonc")])))
    watched.after(lambda: version("two", "f_two"))
    assert "f_two" in {f["id"] for f in watched.client.ask("GET", "/case-fields").json()}


def test_without_watching_only_a_signal_reloads(watched):
    watched.after(lambda: watched.configure(lambda c: c["reload"].update(watch=False)))
    watched.overlay_with(OVERLAY_FIELD)
    time.sleep(0.2)
    assert watched.count("reloaded") == 1
    assert watched.reload()["cause"] == "signal"


def test_a_walk_over_pages_crosses_reloads_without_gap_or_double(site):
    cases = [site.client.create(summary=unique("walk"), priority="high" if i % 3 else "low") for i in range(14)]
    for params in ({}, {"order_by": "priority"}, {"priority": "high"}):
        where = "/search" if params else ""
        everything = [i["id"] for p in site.client.pages(where, limit=100, **params) for i in p["items"]]
        seen = []
        for n, page in enumerate(site.client.pages(where, limit=3, **params)):
            seen += [i["id"] for i in page["items"]]
            site.overlay_with(*[OVERLAY_FIELD] * (n % 2))  # the tables' version differs from page to page
            site.reload()
        assert seen == everything and len(set(seen)) == len(seen)
        assert set(cases) & set(seen)


def test_logins_and_logouts_survive_reloads():
    for site in make_site(hashed=password_hash(), quiet_ms=60000):
        stays, leaves = site.org.person("lead"), site.org.person("editor")
        cookie = leaves.session.cookies["fastapiusersauth"]
        leaves.call("POST", "/auth/logout")
        for _ in range(2):
            site.reload()
            assert stays.call("GET", "/users/me").status_code == 200
            again = Tracecat(leaves.url, leaves.workspace)
            assert again.call("GET", "/users/me", headers={"Cookie": f"fastapiusersauth={cookie}"}).status_code == 401


def test_an_account_that_is_removed_is_gone_with_the_reload():
    for site in make_site(hashed=password_hash(), quiet_ms=60000):
        person = site.org.person("editor")
        assert person.call("GET", "/users/me").status_code == 200
        site.configure(lambda c: c["bridges"][0].update(accounts=[a for a in c["bridges"][0]["accounts"] if "editor" not in a["email"]]))
        site.reload()
        assert person.call("GET", "/users/me").status_code == 401
        viewer = site.org.client(key=KEYS["viewer"])
        assert viewer.ask("GET", "/cases").status_code == 200


def test_a_request_in_flight_ends_on_what_it_began_on(site):
    case = site.client.create(summary="slow")
    answers = []
    with site.org.native.fault("slow:6000@GET /api/v3/cases*1"):
        thread = threading.Thread(target=lambda: answers.append(site.org.client().ask("GET", f"/cases/{case}")))
        thread.start()
        until(lambda: site.metric('http_server_active_requests{bridge="main"}') == 1)
        site.configure(lambda c: c["upstreams"]["tc"].update(pool={"call_timeout_ms": 14000}))  # other connections than before
        site.reload()
        assert not answers
        thread.join()
    assert answers[0].status_code == 200 and answers[0].json()["summary"] == "slow"
    assert site.client.get(case)["summary"] == "slow"


def connections_to(process, port):
    """Local ports of the process's open connections to a port."""
    sockets = set()
    for fd in os.listdir(f"/proc/{process.pid}/fd"):
        try:
            sockets.add(os.readlink(f"/proc/{process.pid}/fd/{fd}"))
        except FileNotFoundError:
            pass
    out = set()
    for line in open(f"/proc/{process.pid}/net/tcp").read().splitlines()[1:]:
        part = line.split()
        if part[3] == "01" and int(part[2].split(":")[1], 16) == port and f"socket:[{part[9]}]" in sockets:
            out.add(int(part[1].split(":")[1], 16))
    return out


def test_upstream_connections_are_kept_where_nothing_about_them_changed(site):
    with Load(site, 4):
        pass
    before = connections_to(site.bridge.process, site.org.sandbox_port)
    assert before
    site.overlay_with(OVERLAY_FIELD)
    site.reload()
    assert before == connections_to(site.bridge.process, site.org.sandbox_port)
    site.configure(lambda c: c["upstreams"]["tc"].update(pool={"max_connections": 3}))
    site.reload()
    until(lambda: not before & connections_to(site.bridge.process, site.org.sandbox_port))
    assert site.client.create()


def test_what_is_known_of_a_backend_s_health_survives(site):
    site.configure(lambda c: c["upstreams"]["tc"].update(breaker={"failures": 2, "open_ms": 60000}))
    site.reload()
    case = site.client.create()
    state = 'casebridge_upstream_breaker_state{state="open",upstream="tc"}'
    with site.org.native.fault("reset@/api/v3"):
        until(lambda: site.client.ask("GET", f"/cases/{case}").status_code and site.metric(state) == 1)
    site.configure(lambda c: c["upstreams"]["tc"].update(pool={"max_connections": 3}))  # new connections, the same backend
    site.reload()
    assert site.metric(state) == 1
    with site.org.native.watched() as asked:
        answer = site.client.ask("GET", f"/cases/{case}")
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0 and asked == []


def test_certificates_are_read_anew(tmp_path):
    authority(tmp_path, "ca")
    certificate(tmp_path, "first", "DNS:localhost,IP:127.0.0.1")
    certificate(tmp_path, "second", "DNS:localhost,IP:127.0.0.1")

    def put(name):
        for end in ("key", "pem"):
            shutil.copy(tmp_path / f"{name}.{end}", tmp_path / f"now.{end}.new")
        (tmp_path / "now.key.new").rename(tmp_path / "now.key")
        (tmp_path / "now.pem.new").rename(tmp_path / "now.pem")

    def served(bridge):
        return ssl.get_server_certificate(("127.0.0.1", bridge.port), ca_certs=str(tmp_path / "ca.pem"))

    def pem(name):
        return (tmp_path / f"{name}.pem").read_text()

    put("first")
    stack = Stack()
    try:
        tls = {"certificate_file": str(tmp_path / "now.pem"), "key_file": str(tmp_path / "now.key")}
        org = Organisation(stack, [bridge("main", tls=tls)], threads=2, reload={"quiet_ms": 50})
        assert served(org.bridge) == pem("first")
        put("second")
        until(lambda: served(org.bridge) == pem("second"))
        assert org.bridge.messages().count("reloaded") == 1
        shutil.copy(tmp_path / "first.key", tmp_path / "now.key")  # of another certificate
        until(lambda: "reload refused, everything stays as it was" in org.bridge.messages())
        why = [line["why"] for line in org.bridge.lines() if line["msg"].startswith("reload refused")]
        assert "key" in why[0]
        assert served(org.bridge) == pem("second")
    finally:
        stack.stop()


def test_a_secret_that_comes_with_a_reload_is_hidden_like_any_other(site):
    token = site.stack.path("token")
    token.write_text("APIV2:a-token-that-came-later\n")
    site.configure(lambda c: c["upstreams"]["tc"]["credentials"].update(late={"token_file": str(token)}))
    site.reload()
    site.configure(lambda c: c.update(log={"level": "APIV2:a-token-that-came-later"}))
    findings = site.refused(site.signal)
    assert findings and "a-token-that-came-later" not in site.bridge.log()
    token.write_text("APIV2:a-token-of-a-broken-configuration\n")
    site.configure(lambda c: c.update(log={"level": "APIV2:a-token-of-a-broken-configuration"}))
    findings = site.refused(site.signal)
    assert findings and "broken-configuration" not in site.bridge.log()


def test_log_level_limits_and_access_log_follow(site):
    site.configure(lambda c: c.update(log={"access": False}, limits={"max_target_bytes": 300}))
    site.reload()
    seen = site.count("request")
    assert site.client.call("GET", "/" + "x" * 400).status_code == 414
    assert site.client.ask("GET", "/cases").status_code == 200
    site.configure(lambda c: c.update(log={"access": True}))
    site.reload()
    until(lambda: site.client.ask("GET", "/cases").status_code == 200 and site.count("request") > seen)


def memory(process):
    return int(re.search(r"VmRSS:\s+(\d+) kB", open(f"/proc/{process.pid}/status").read())[1]) / 1024


def may_grow(process):
    """MiB. A sanitizer keeps what was freed for a while, to find its use."""
    return 512 if re.search(r"lib[at]san", open(f"/proc/{process.pid}/maps").read()) else 24


def test_twenty_reloads_under_load_neither_fail_a_request_nor_keep_memory(site):
    with Load(site, 4) as load:
        for n in range(3):
            site.overlay_with({**OVERLAY_FIELD, "field": f"warm_{n}"})
            site.reload()
        load.goes_on()
        before = memory(site.bridge.process)
        for n in range(20):
            site.overlay_with({**OVERLAY_FIELD, "field": f"f_{n}"})
            site.reload()
        load.goes_on()
        grown = memory(site.bridge.process) - before
    assert grown < may_grow(site.bridge.process), f"{grown:.1f} MiB more than before, which was {before:.1f}"
    assert site.metric('casebridge_reloads_total{outcome="applied"}') == 23


def test_the_program_ends_cleanly_in_the_middle_of_reloads(site):
    for _ in range(3):
        site.signal()
    site.bridge.terminate()
    assert site.bridge.ended() == 0
    assert site.bridge.lines()[-1]["clean"] is True


def test_a_new_secret_keeps_what_the_previous_one_signed_while_it_is_named():
    for site in make_site(hashed=password_hash(), quiet_ms=60000):
        first, second = (site.stack.write(f"secret-{n}", f"{n} secret of the tests, which has thirty-two bytes or more") for n in (1, 2))
        for _ in range(4):
            site.client.create()
        site.configure(lambda c: c.update(secret_file=str(first)))
        site.reload()
        person, cursor = site.org.person("lead"), site.client.page(limit=1)["next_cursor"]
        site.configure(lambda c: c.update(secret_file=str(second), previous_secret_file=str(first)))
        site.reload()
        assert person.call("GET", "/users/me").status_code == 200
        assert site.client.ask("GET", "/cases", params={"limit": 1, "cursor": cursor}).status_code == 200
        fresh = site.org.person("lead")
        site.configure(lambda c: c.pop("previous_secret_file"))
        site.reload()
        assert person.call("GET", "/users/me").status_code == 401
        assert site.client.ask("GET", "/cases", params={"limit": 1, "cursor": cursor}).status_code == 400
        assert fresh.call("GET", "/users/me").status_code == 200
