"""Every filter of the vendor's client by keyword, kind of value and operator; and what each must find."""

import datetime
import inspect
import re

from tcex.api.tc.v3.tql.tql import Tql
from tcex.api.tc.v3.tql.tql_operator import TqlOperator as op

OPPOSITE = {op.NE: op.EQ, op.NOT_IN: op.IN, op.NOT_LIKE: op.LIKE, op.NOT_CONTAINS: op.CONTAINS,
            op.NOT_STARTS_WITH: op.STARTS_WITH, op.NOT_ENDS_WITH: op.ENDS_WITH}
ORDER = {op.GT, op.LT, op.GEQ, op.LEQ}
PLAIN = {op.EQ, op.NE, op.IN, op.NOT_IN}
LISTS = {op.IN, op.NOT_IN, op.CONTAINS, op.NOT_CONTAINS}
BESIDE = {"util", "implemented_keywords", "list_types", "tql"}  # members of the filter classes that filter nothing
KINDS = {"bool": "boolean", "datetime": "time", "str": "text", "int": "integer"}


def kind_of(method):
    """What the filter's value is: the annotation of its second parameter says it."""
    note = str(list(inspect.signature(method).parameters.values())[-1].annotation)
    return next(kind for word, kind in KINDS.items() if word in note)


def is_nested(collection, name):
    return isinstance(inspect.getattr_static(type(collection.filter), name), property)


def keywords(collection):
    """(name in Python, name on the wire, kind) of each plain keyword that the filter class offers."""
    found = []
    for name in collection.filter.implemented_keywords:
        if name in BESIDE or is_nested(collection, name):
            continue
        kind = kind_of(getattr(collection.filter, name))
        probe = type(collection.filter)(Tql())
        getattr(probe, name)(op.EQ, sample(kind))
        found.append((name, probe.tql.filters[0]["keyword"], kind))
    return found


def nested(collection):
    """The keywords that take a query of their own."""
    return [name for name in collection.filter.implemented_keywords if name not in BESIDE and is_nested(collection, name)]


def sample(kind):
    return {"boolean": True, "time": "2026-01-05 09:30:00", "text": "a", "integer": 1}[kind]


def moment(value):
    return datetime.datetime.fromisoformat(str(value).replace("Z", "+00:00")).replace(tzinfo=None)


def applies(operator, kind):
    """Which operators a kind of value knows; the others are refused (fact sheet §5.2)."""
    return operator in PLAIN or kind == "text" or (operator in ORDER and kind != "boolean")


def positive(held, operator, wanted, kind):
    """One present value against an operator without NOT."""
    every = wanted if isinstance(wanted, list) else [wanted]
    if kind == "time":
        held, every = moment(held), [moment(w) for w in every]
    elif kind == "text":
        held, every = str(held), [str(w) for w in every]
    test = {
        op.EQ: lambda w: held == w, op.IN: lambda w: held == w, op.GT: lambda w: held > w, op.LT: lambda w: held < w,
        op.GEQ: lambda w: held >= w, op.LEQ: lambda w: held <= w, op.CONTAINS: lambda w: w in held,
        op.STARTS_WITH: lambda w: held.startswith(w), op.ENDS_WITH: lambda w: held.endswith(w),
        op.LIKE: lambda w: re.fullmatch(".*".join(map(re.escape, w.split("%"))), held, re.S) is not None,
    }[operator]
    return any(test(w) for w in every)


def truth(held, operator, wanted, kind):
    """As above for every operator; held: all values of a keyword that has several."""
    plain = OPPOSITE.get(operator, operator)
    return any(positive(h, plain, wanted, kind) for h in held) != (operator in OPPOSITE)


def values_for(operator, kind, present):
    """What to ask for: values that are there, parts of them, and a list where the client takes one."""
    distinct = sorted(set(present), key=str) or [sample(kind)]
    middle = distinct[len(distinct) // 2]
    if kind == "time":
        return [middle.replace("T", " ").replace("Z", "")]
    if kind == "boolean":
        return [True, False]
    part = {op.LIKE: f"{str(middle)[:1]}%{str(middle)[2:3]}%", op.STARTS_WITH: str(middle)[:2], op.ENDS_WITH: str(middle)[-2:],
            op.CONTAINS: str(middle)[1:3]}.get(OPPOSITE.get(operator, operator), middle)
    one = str(part) if kind == "text" else middle
    return [one] + ([[distinct[0], distinct[-1]]] if operator in LISTS else [])


def ids(collection, name, operator, value):
    """What the server finds; the collection is used once."""
    getattr(collection.filter, name)(operator, value)
    return [one.model.id for one in collection]
