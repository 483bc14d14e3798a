"""A strict reader of Prometheus' text format."""

import math
import re

NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
SAMPLE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(.*)\})? (\S+)( -?[0-9]+)?")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,|$)')
TYPES = {"counter", "gauge", "histogram", "summary", "untyped"}
SUFFIXES = ("_bucket", "_sum", "_count")


class Family:
    def __init__(self, kind):
        self.kind = kind
        self.help = None
        self.samples = {}  # (name, labels) -> value

    def value(self, **labels):
        """The sum of the samples that have these labels."""
        return sum(value for (_, own), value in self.samples.items()
                   if set(labels.items()) <= set(own))


def parse_labels(text):
    labels = []
    while text:
        match = LABEL.match(text)
        if not match:
            raise ValueError(f"labels: {text!r}")
        labels.append((match[1], match[2]))
        text = text[match.end():]
    if len({name for name, _ in labels}) != len(labels):
        raise ValueError(f"a label twice: {labels}")
    return tuple(sorted(labels))


def parse(text):
    """Families by name; ValueError where the text breaks the format."""
    if not text.endswith("\n"):
        raise ValueError("the last line has no end")
    families, helps = {}, {}
    for line in text[:-1].split("\n"):
        if line.startswith("# HELP "):
            name, words = line[7:].split(" ", 1)
            if name in helps or name in families:
                raise ValueError(f"HELP late or twice: {line}")
            helps[name] = words
        elif line.startswith("# TYPE "):
            name, kind = line[7:].split(" ")
            if name in families or kind not in TYPES or not NAME.fullmatch(name):
                raise ValueError(line)
            families[name] = Family(kind)
            families[name].help = helps.get(name)
        elif line and not line.startswith("#"):
            add_sample(families, line)
    for name, family in families.items():
        check(name, family)
    return families


def add_sample(families, line):
    match = SAMPLE.fullmatch(line)
    if not match:
        raise ValueError(f"no sample: {line!r}")
    name = match[1]
    family = families.get(name)
    for suffix in SUFFIXES:
        base = families.get(name.removesuffix(suffix)) if name.endswith(suffix) else None
        if family is None and base is not None and base.kind in ("histogram", "summary"):
            family = base
    if family is None:
        raise ValueError(f"a sample without a TYPE before it: {line}")
    key = (name, parse_labels(match[3] or ""))
    if key in family.samples:
        raise ValueError(f"twice: {line}")
    family.samples[key] = float(match[4].replace("Inf", "inf"))


def check(name, family):
    if not family.help:
        raise ValueError(f"{name} has no HELP")
    if family.kind == "counter" and any(not value >= 0 for value in family.samples.values()):
        raise ValueError(f"{name}: a counter below zero")
    if family.kind != "histogram":
        return
    series = {}
    for (sample, labels), value in family.samples.items():
        rest = tuple(pair for pair in labels if pair[0] != "le")
        own = series.setdefault(rest, {"buckets": []})
        if sample == name + "_bucket":
            bound = dict(labels)["le"]
            own["buckets"].append((float(bound.replace("Inf", "inf")), value))
        else:
            own[sample.removeprefix(name)] = value
    for own in series.values():
        counts = [count for _, count in own["buckets"]]
        bounds = [bound for bound, _ in own["buckets"]]
        if bounds != sorted(bounds) or bounds[-1:] != [math.inf] or counts != sorted(counts):
            raise ValueError(f"{name}: buckets {own['buckets']}")
        if own["_count"] != counts[-1] or "_sum" not in own:
            raise ValueError(f"{name}: count and buckets differ")
