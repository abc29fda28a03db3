"""Walks through the pages of a search and holds them against what search_truth.py says."""
import http.client
import json
import re
import threading
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

from conftest import WORKSPACE
from organisation import KEYS


class Asker:
    """GET requests below the workspace, over one kept connection per thread."""

    def __init__(self, url, headers=None):
        self.address = urllib.parse.urlsplit(url).netloc
        self.headers = headers or {"Authorization": f"Bearer {KEYS['admins']}"}
        self.local = threading.local()

    def __call__(self, path, params=()):
        """(status, headers, document)"""
        if not hasattr(self.local, "connection"):
            self.local.connection = http.client.HTTPConnection(self.address, timeout=60)
        target = f"/workspaces/{WORKSPACE}{path}" + ("?" + urllib.parse.urlencode(params) if params else "")
        self.local.connection.request("GET", target, headers=self.headers)
        answer = self.local.connection.getresponse()
        body = answer.read()
        try:
            return answer.status, answer.headers, json.loads(body)
        except ValueError:
            return answer.status, answer.headers, body.decode(errors="replace")


def shown(params):
    return urllib.parse.unquote(urllib.parse.urlencode(params))


def difference(expected, got):
    """What is wrong with a list of ids, in a few words; empty if nothing is."""
    if got == expected:
        return ""
    missing, extra = set(expected) - set(got), set(got) - set(expected)
    wrong = [f"{len(got)} instead of {len(expected)}"] if len(got) != len(expected) else []
    wrong += [f"doubled {len(got) - len(set(got))}"] if len(got) != len(set(got)) else []
    wrong += [f"{word} {len(ids)}: {sorted(ids)[:3]}" for word, ids in (("missing", missing), ("not asked for", extra)) if ids]
    return ", ".join(wrong) or f"order differs from place {next(i for i, pair in enumerate(zip(expected, got)) if pair[0] != pair[1])}"


class Check:
    """One search: all of its pages, forward and maybe back, beside the expected ids."""

    def __init__(self, ask, truth, params, order=None, sort=None, limit=200, backward=False):
        self.ask, self.limit, self.backward = ask, limit, backward
        self.params = [*params, *([("order_by", order)] if order else []), *([("sort", sort)] if sort else []), ("limit", limit)]
        self.expected = truth.find(params, order, sort)

    def wrong(self):
        """What is wrong, or an empty text."""
        try:
            problem = self.forward()
        except ProblemError as error:
            problem = str(error)
        return problem and f"{shown(self.params)}: {problem}"

    def page(self, cursor):
        status, headers, page = self.ask("/cases/search", [*self.params, *([("cursor", cursor)] if cursor else [])])
        if status != 200:
            raise ProblemError(f"{status} {page}")
        if not re.fullmatch(r"exact|residual; scanned=\d+(; \S+)*", headers["Casebridge-Filter"] or ""):
            raise ProblemError(f"Casebridge-Filter: {headers['Casebridge-Filter']}")
        if page["total_estimate"] != len(self.expected):
            raise ProblemError(f"total_estimate {page['total_estimate']} instead of {len(self.expected)} (after a cursor: {bool(cursor)})")
        for side in ("next", "prev"):
            told = page["has_more" if side == "next" else "has_previous"]
            if told != (page[f"{side}_cursor"] is not None):
                raise ProblemError(f"{side}_cursor and its flag disagree")
        return page

    def forward(self):
        n = self.limit
        chunks = [self.expected[i:i + n] for i in range(0, len(self.expected), n)] or [[]]
        pages, cursor = [], None
        while not pages or cursor:
            pages.append(self.page(cursor))
            cursor = pages[-1]["next_cursor"]
            if len(pages) > len(chunks):
                return f"more than the {len(chunks)} pages that are expected"
        got = [[i["id"] for i in p["items"]] for p in pages]
        if problem := difference(self.expected, [i for ids in got for i in ids]):
            return problem
        if got != chunks:
            return f"pages of {[len(ids) for ids in got]}"
        if [p["has_previous"] for p in pages] != [i > 0 for i in range(len(pages))]:
            return "has_previous is wrong on the way forward"
        return self.back(pages[-1]["prev_cursor"], chunks) if self.backward else ""

    def back(self, cursor, chunks):
        for i in range(len(chunks) - 2, -1, -1):
            page = self.page(cursor)
            if problem := difference(chunks[i], [item["id"] for item in page["items"]]):
                return f"page {i} on the way back: {problem}"
            cursor = page["prev_cursor"]
            if bool(cursor) != (i > 0) or not page["has_more"]:
                return f"page {i} on the way back: flags"
        return ""


class ProblemError(Exception):
    pass


def all_right(checks, threads=4):
    """Runs checks side by side and fails with what is wrong."""
    checks = list(checks)
    with ThreadPoolExecutor(threads) as pool:
        wrong = [w for w in pool.map(lambda c: c.wrong(), checks) if w]
    assert not wrong, f"{len(wrong)} of {len(checks)}:\n" + "\n".join(wrong[:40])


def aggregates_agree(ask, truth, filters):
    """cases/search/aggregate for each list of parameters."""
    def one(params):
        status, _, got = ask("/cases/search/aggregate", params)
        expected = truth.counts(params)
        return "" if (status, got) == (200, expected) else f"aggregate {shown(params)}: {status} {got} instead of {expected}"
    with ThreadPoolExecutor(4) as pool:
        wrong = [w for w in pool.map(one, filters) if w]
    assert not wrong, f"{len(wrong)} of {len(filters)}:\n" + "\n".join(wrong[:20])
