"""Medians with their spread, ratios of one run, and the yardsticks."""
from statistics import median

REFERENCE = "nginx"
IDLE_LIMIT_KIB = 24


def spread(values: list) -> dict:
    return {"median": median(values), "min": min(values), "max": max(values)}


def ratios(values: list, base: list) -> dict:
    """Paired by round: a slow phase of the machine hits both."""
    return spread([v / b for v, b in zip(values, base)])


def summarise(rounds: dict) -> dict:
    """rounds: body → arm → list of {rate, cpu}. Adds the ratios to nginx that passes the same bytes through."""
    out = {}
    for body, arms in rounds.items():
        out[body] = {}
        for arm, taken in arms.items():
            figures = {key: spread([t[key] for t in taken]) for key in ("rate", "cpu")}
            if REFERENCE in arms:
                for key in ("rate", "cpu"):
                    base = [t[key] for t in arms[REFERENCE]]
                    figures[f"{key}_ratio"] = ratios([t[key] for t in taken], base)
            out[body][arm] = figures
    return out


class Yardstick:
    def __init__(self, name, value, limit, aim=None, at_least=True, unit=""):
        self.name, self.value, self.limit, self.aim, self.at_least, self.unit = name, value, limit, aim, at_least, unit

    def reaches(self, wanted) -> bool:
        return self.value >= wanted if self.at_least else self.value <= wanted

    def verdict(self) -> str:
        if not self.reaches(self.limit):
            return "missed"
        return "reached, aim included" if self.aim is None or self.reaches(self.aim) else "reached"

    def as_json(self) -> dict:
        return {**vars(self), "verdict": self.verdict()}

    def wanted(self) -> str:
        sign = "at least" if self.at_least else "at most"
        aim = f" (aim {self.aim:g})" if self.aim is not None else ""
        return f"{sign} {self.limit:g}{self.unit}{aim}"


def yardsticks(summary: dict, rounds: dict, tails: dict, copies: dict, idle: dict) -> list:
    """Those for which this run has the figures."""
    out = []
    for body in ("case of 1.5 KB", "case of 3.4 KB"):
        arms = summary.get(body, {})
        if "casebridge" not in arms or REFERENCE not in arms:
            continue
        out.append(Yardstick(f"{body}: requests/s ÷ nginx pass-through", arms["casebridge"]["rate_ratio"]["median"], 0.7, 1.0))
        if body in copies:
            line = [n["cpu"] + copies[body] for n in rounds[body][REFERENCE]]
            value = ratios([c["cpu"] for c in rounds[body]["casebridge"]], line)["median"]
            out.append(Yardstick(f"{body}: CPU ÷ (nginx pass-through + Boost.JSON parse and serialise)", value, 1.2, 1.0, False))
    pages = rounds.get("page of 100", {})
    if "casebridge" in pages and "nginx+lua" in pages:
        value = ratios([c["rate"] for c in pages["casebridge"]], [n["rate"] for n in pages["nginx+lua"]])["median"]
        out.append(Yardstick("page of 100: requests/s ÷ nginx + Lua", value, 5, 8))
    for body, arms in tails.items():
        if body.startswith("case") and "casebridge" in arms and REFERENCE in arms:
            value = arms["casebridge"]["p99"]["median"] / arms[REFERENCE]["p99"]["median"]
            out.append(Yardstick(f"{body}: p99 at 60 % of capacity ÷ nginx pass-through's", value, 2, None, False))
    if "casebridge" in idle:
        out.append(Yardstick("memory per idle plain connection", idle["casebridge"]["plain"], IDLE_LIMIT_KIB, None, False, " KiB"))
    return out
