#!/usr/bin/env python3
"""The rules of the house, held over include/, src/, tests/ and bench/.

  check.py rules ROOT                     print each breach as path:line: rule: text; exit 1 if any
  check.py headers ROOT --compiler CXX    every public header compiles alone
  check.py self-test --compiler CXX       each rule finds its breach in a bad tree made for it

A line of engine code that allocates at start-up says so in a comment: `// start-up`.
"""

import argparse
import concurrent.futures
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

# --- The rules -----------------------------------------------------------------------------------

MAX_LINES = {"include": 450, "src": 450, "bench": 450, "tests": 600}

# Code that must give the same result whenever and wherever it runs.
PURE = ("src/engine/", "include/tribook/engine/", "src/domain/", "include/tribook/domain/")
# Of those, where allocation is banned too (but for lines marked `start-up`). Tables reserve at start-up
# and are then pushed to within their bound, so push_back is no sign; tests/hot_path counts for real.
NO_ALLOCATION = ("src/engine/", "include/tribook/engine/", "include/tribook/domain/")

PURE_BANS = {
    "clock": r"<ctime>|<time\.h>|\b(clock_)?gettime(ofday)?\b|\bsteady_clock\b"
             r"|\bsystem_clock\b|\brdtscp?\b|\b__rdtscp?\b|\bclock\s*\(\s*\)"
             r"|\btime\s*\(\s*(nullptr|NULL|0|&)|\bclock_nanosleep\b|\bsleep_(for|until)\b",
    "random": r"<random>|\bmt19937(_64)?\b|\brandom_device\b|\bs?rand\s*\(|\bgetrandom\b"
              r"|\buniform_\w+_distribution\b",
    "float": r"\bfloat\b|\bdouble\b|<cmath>|<math\.h>|\bstrto[dfl]d?\s*\(|\bstod\b|\bstof\b",
    "io": r"<iostream>|<fstream>|<cstdio>|<stdio\.h>|<filesystem>|<unistd\.h>|<sys/\w+\.h>"
          r"|\bprintf\s*\(|\bfprintf\s*\(|\bgetenv\s*\(|<thread>|<mutex>|<condition_variable>",
}
ALLOCATION_BAN = (
    r"\bnew\b(?!\s*\()|\b(m|c|re)alloc\s*\(|\bmake_(unique|shared)(_for_overwrite)?\b"
    r"|\bresize\s*\(|\bto_string\s*\("
    r"|\bstd::(string|function|map|set|multimap|multiset|unordered_\w+|deque|list|any|shared_ptr"
    r"|\w*stringstream)\b")

# What each folder may include of ours: first names under include/tribook/, then under src/.
# A folder that is not here (app, the tests) may include anything; include/ itself never src/.
BELOW = {"base", "domain", "message"}
MAY_INCLUDE = {
    "base": ({"base"}, {"base"}),
    "domain": ({"base", "domain"}, {"base", "domain"}),
    "message": (BELOW, BELOW),
    "runtime": (BELOW, BELOW | {"runtime"}),
}
for stage in ("risk", "router", "engine", "journal", "views", "market_data"):
    MAY_INCLUDE[stage] = (BELOW | {stage}, BELOW | {"runtime", stage})
MAY_INCLUDE["archive"] = (BELOW | {"journal"}, BELOW | {"journal", "archive"})
# Edges: they meet the stages only in messages and views.
MUST_NOT_INCLUDE = {"gateway": {"engine", "risk", "router"},
                    "venue": {"engine", "risk", "router", "gateway"}}

STD_HEADERS = set("""
algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv chrono
cinttypes climits clocale cmath codecvt compare complex concepts condition_variable coroutine
csetjmp csignal cstdarg cstddef cstdint cstdio cstdlib cstring ctime cuchar cwchar cwctype deque
exception execution filesystem format forward_list fstream functional future initializer_list
iomanip ios iosfwd iostream istream iterator latch limits list locale map memory memory_resource
mutex new numbers numeric optional ostream queue random ranges ratio regex scoped_allocator
semaphore set shared_mutex source_location span sstream stack stdexcept stop_token streambuf string
string_view strstream syncstream system_error thread tuple type_traits typeindex typeinfo
unordered_map unordered_set utility valarray variant vector version""".split())

FOREIGN = r"\bboost(::|/)|\bBOOST_|\bmoodycamel\b|\bsimdjson\b|\bfmt::|\bpqxx\b|\bsqlite3\b|\bquickfix\b|\bFIX::"

UNFINISHED = r"\b(TODO|FIXME|XXX|HACK)\b"

# ctest would take the name for two.
TEST_NAME = r'^TEST_CASE\("[^"]*;'

# --- Reading the tree ----------------------------------------------------------------------------

SOURCES = (".h", ".cpp")
TOKEN = re.compile(
    r'(?P<comment>//[^\n]*|/\*.*?\*/)'
    r'|(?P<raw>R"(?P<tag>[^\s()\\]{0,16})\(.*?\)(?P=tag)")'
    r'|(?P<text>"(?:\\.|[^"\\\n])*"|(?<![0-9A-Fa-f])\'(?:\\.|[^\'\\\n])*\')', re.DOTALL)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(<[^>\n]+>|"[^"\n]+")', re.MULTILINE)


def code_only(text, keep_includes=False):
    """The text with comments and literals blanked; lines keep their numbers."""
    def blank(match):
        if match.group("text") and keep_includes:
            line = text[text.rfind("\n", 0, match.start()) + 1:match.start()]
            if re.match(r"[ \t]*#[ \t]*include[ \t]*$", line):
                return match.group(0)
        return re.sub(r"[^\n]", " ", match.group(0))
    return TOKEN.sub(blank, text)


class Tree:
    def __init__(self, root):
        self.root = Path(root)
        self.breaches = []

    def files(self, *tops, suffixes=SOURCES):
        for top in tops:
            for folder, names, files in os.walk(self.root / top):
                names.sort()
                for name in sorted(files):
                    if name.endswith(suffixes):
                        path = Path(folder) / name
                        yield path.relative_to(self.root).as_posix(), path.read_text("utf-8")

    def report(self, path, line, rule, text):
        self.breaches.append((path, line, rule, text))

    def find(self, path, original, code, rule, pattern, marker=None):
        lines = original.split("\n")
        for number, line in enumerate(code.split("\n"), 1):
            match = re.search(pattern, line)
            if match and not (marker and marker in lines[number - 1]):
                self.report(path, number, rule, match.group(0).strip())


def area(path):
    """('include' or 'src', folder) of a file of ours; the folder is '' at the top."""
    parts = path.split("/")
    if parts[0] == "include" and len(parts) > 3:
        return "include", parts[2]
    if parts[0] == "src" and len(parts) > 2:
        return "src", parts[1]
    return parts[0], ""


# --- The checks ----------------------------------------------------------------------------------

def check_sizes(tree):
    for path, text in tree.files(*MAX_LINES):
        limit = MAX_LINES[path.split("/")[0]]
        count = text.count("\n")
        if count > limit:
            tree.report(path, count, "size", f"{count} lines, at most {limit}")


def check_words(tree):
    for path, text in tree.files("include", "src", "tests", "bench"):
        tree.find(path, text, text, "unfinished", UNFINISHED)
        tree.find(path, text, text, "test-name", TEST_NAME)
        code = code_only(text, keep_includes=True)
        if path.startswith("include/"):
            tree.find(path, text, code, "foreign", FOREIGN)
        if path.endswith(".h") and "#pragma once" not in text:
            tree.report(path, 1, "pragma-once", "missing")
        if path.startswith(PURE):
            for rule, pattern in PURE_BANS.items():
                tree.find(path, text, code, rule, pattern)
            if not path.startswith("include/"):
                tree.find(path, text, code, "foreign", FOREIGN)
        if path.startswith(NO_ALLOCATION):
            body = INCLUDE.sub("", code)
            tree.find(path, text, body, "allocation", ALLOCATION_BAN, marker="start-up")


def check_include(tree, path, line, name):
    top, folder = area(path)
    ours = name[1:-1]
    if name.startswith("<"):
        if top == "include" and ours not in STD_HEADERS:
            tree.report(path, line, "public-include", name)
        if ours.startswith("tribook/"):
            tree.report(path, line, "include-form", f"{name}: ours go in quotes")
        return
    if "/" not in ours or ours.startswith("."):
        tree.report(path, line, "include-form", f"{name}: paths start at include/ or src/")
        return
    public = ours.startswith("tribook/")
    if top == "include" and not public:
        tree.report(path, line, "public-include", name)
        return
    target = ours.split("/")[1 if public else 0]
    if folder in MAY_INCLUDE and ours != "tribook/version.h":
        if target not in MAY_INCLUDE[folder][0 if public else 1]:
            tree.report(path, line, "upward", name)
    if target in MUST_NOT_INCLUDE.get(folder, ()):
        tree.report(path, line, "upward", name)


def check_includes(tree):
    for path, text in tree.files("include", "src"):
        code = code_only(text, keep_includes=True)
        for match in INCLUDE.finditer(code):
            check_include(tree, path, code.count("\n", 0, match.start(1)) + 1, match.group(1))


def check_depends(tree):
    """The same order among the libraries, in the folders' CMakeLists.txt."""
    ours = {entry.name for top in ("src", "include/tribook")
            for entry in (tree.root / top).glob("*") if entry.is_dir()}
    for path, text in tree.files("src", suffixes=("CMakeLists.txt",)):
        folder = area(path)[1]
        code = re.sub(r"#[^\n]*", "", text)
        for call in re.finditer(r"tribook_library\s*\(([^)]*)\)", code):
            words = call.group(1).split()
            depends = words[words.index("DEPENDS") + 1:] if "DEPENDS" in words else []
            line = code.count("\n", 0, call.start()) + 1
            for name in depends:
                if name in ("PRECOMPILE", "SOURCES"):
                    break
                allowed = MAY_INCLUDE.get(folder)
                own = name in ours
                if own and allowed and name not in allowed[0] | allowed[1] | {folder}:
                    tree.report(path, line, "upward", f"DEPENDS {name}")
                if own and name in MUST_NOT_INCLUDE.get(folder, ()):
                    tree.report(path, line, "upward", f"DEPENDS {name}")


def check_rules(root):
    tree = Tree(root)
    for check in (check_sizes, check_words, check_includes, check_depends):
        check(tree)
    return tree.breaches


def check_headers(root, compiler):
    """Compiles each public header by itself: how many there are, and the breaches."""
    headers = [path for path, _ in Tree(root).files("include", suffixes=(".h",))]

    def compile_one(path):
        name = path[len("include/"):]
        result = subprocess.run(
            [compiler, "-std=c++20", "-march=native", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
             "-fsyntax-only", "-Iinclude", "-x", "c++", "-"], cwd=root,
            input=f'#include "{name}"\n', capture_output=True, text=True, check=False)
        return path, result

    breaches = []
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        for path, result in pool.map(compile_one, headers):
            if result.returncode != 0:
                breaches.append((path, 1, "alone", result.stderr.strip()))
    return len(headers), breaches


# --- The self-test -------------------------------------------------------------------------------

GOOD = {
    "include/tribook/base/assert.h": "#pragma once\n#include <cstdint>\n",
    "include/tribook/domain/price.h":
        '#pragma once\n#include "tribook/base/assert.h"\n#include <new>\n// no double here, no new\n'
        'inline constexpr long kMax = 1\'000\'000; /* float */\n',
    "src/engine/engine.cpp":
        '#include "runtime/ring.h"\n#include "tribook/message/command.h"\n'
        'const char* kName = "double new rand()";\n'
        'void f(void* p) { new (p) int(1); }\n'
        'void g(auto& pool) { pool.resize(4); }  // start-up\n'
        'int double_entry = 0;\n',
    "src/engine/CMakeLists.txt": "tribook_library(engine SOURCES engine.cpp DEPENDS message)\n",
    "src/runtime/ring.h": "#pragma once\n#include <boost/asio.hpp>\n#include <chrono>\n",
    "src/gateway/rest.cpp": '#include "views/view.h"\n#include "tribook/version.h"\n',
    "tests/unit/a.cpp": "double x = 0;\n" * 599,
    "bench/micro/a.cpp": "#include <random>\n",
}

# (rule, path, text): each breach alone in an otherwise good tree, and exactly it must be found.
BAD = [
    ("size", "src/app/long.cpp", "int x;\n" * 451),
    ("size", "tests/unit/long.cpp", "int x;\n" * 601),
    ("unfinished", "src/app/a.cpp", "// TO" "DO: later\n"),
    ("test-name", "tests/app/a_test.cpp", 'TEST_CASE("this; that") {}\n'),
    ("pragma-once", "src/app/a.h", "int a();\n"),
    ("clock", "src/engine/a.cpp", "auto t = std::chrono::steady_clock::now();\n"),
    ("clock", "include/tribook/domain/a.h", "#pragma once\n#include <ctime>\n"),
    ("clock", "src/engine/a.cpp", "long t = time(nullptr);\n"),
    ("random", "include/tribook/engine/a.h", "#pragma once\n#include <random>\n"),
    ("random", "src/engine/a.cpp", "int r = rand();\n"),
    ("float", "src/engine/a.cpp", "double price = 1;\n"),
    ("float", "include/tribook/domain/a.h", "#pragma once\ninline float f() { return 0; }\n"),
    ("io", "src/engine/a.cpp", "#include <fstream>\n"),
    ("allocation", "src/engine/a.cpp", "int* p = new int[4];\n"),
    ("allocation", "src/engine/a.cpp", "void f(auto& v) { v.resize(1); }\n"),
    ("allocation", "src/engine/a.cpp", "auto p = std::make_unique<int>(1);\n"),
    ("allocation", "include/tribook/domain/a.h", "#pragma once\nstruct A { std::string s; };\n"),
    ("foreign", "include/tribook/base/a.h", "#pragma once\nusing T = boost::asio::io_context;\n"),
    ("foreign", "include/tribook/base/a.h", "#pragma once\nusing Q = moodycamel::Queue;\n"),
    ("foreign", "src/engine/a.cpp", "#include <boost/json.hpp>\n"),
    ("public-include", "include/tribook/base/a.h", "#pragma once\n#include <zlib.h>\n"),
    ("public-include", "include/tribook/base/a.h", '#pragma once\n#include "runtime/ring.h"\n'),
    ("include-form", "src/app/a.cpp", '#include "neighbour.h"\n'),
    ("include-form", "src/app/a.cpp", '#include "../engine/engine.h"\n'),
    ("include-form", "src/app/a.cpp", "#include <tribook/base/assert.h>\n"),
    ("upward", "src/engine/a.cpp", '#include "gateway/rest.h"\n'),
    ("upward", "src/engine/a.cpp", '#include "tribook/risk/risk.h"\n'),
    ("upward", "src/risk/a.cpp", '#include "engine/engine.h"\n'),
    ("upward", "src/journal/a.cpp", '#include "app/wiring.h"\n'),
    ("upward", "include/tribook/base/a.h", '#pragma once\n#include "tribook/domain/price.h"\n'),
    ("upward", "include/tribook/domain/a.h", '#pragma once\n#include "tribook/message/event.h"\n'),
    ("upward", "src/gateway/rest/a.cpp", '#include "engine/engine.h"\n'),
    ("upward", "src/views/CMakeLists.txt", "tribook_library(views SOURCES v.cpp DEPENDS engine)\n"),
]
BAD_HEADER = ("include/tribook/base/a.h", "#pragma once\ninline std::size_t f() { return 0; }\n")


def write_tree(root, files):
    for path, text in files.items():
        target = Path(root) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")


def self_test(compiler):
    failures = []

    def run(name, extra, check, expected):
        with tempfile.TemporaryDirectory(prefix="tribook-house-") as root:
            write_tree(root, {**GOOD, **extra})
            found = [(rule, path) for path, _, rule, _ in check(root)]
            if found != expected:
                failures.append(f"{name}: expected {expected}, found {found}")

    run("good tree", {}, check_rules, [])
    for rule, path, text in BAD:
        run(f"{rule}: {text[:60]!r}", {path: text}, check_rules, [(rule, path)])
    path, text = BAD_HEADER
    headers = lambda root: check_headers(root, compiler)[1]  # noqa: E731
    run("good headers", {}, headers, [])
    run("header alone", {path: text}, headers, [("alone", path)])
    print(f"{len(BAD) + 3} trees, {len(failures)} not judged as expected")
    return failures


# --- Command line --------------------------------------------------------------------------------

def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["rules", "headers", "self-test"])
    parser.add_argument("root", nargs="?", default=".")
    parser.add_argument("--compiler", default="c++")
    options = parser.parse_args()

    if options.command == "self-test":
        failures = self_test(options.compiler)
        for failure in failures:
            print(failure)
        return 1 if failures else 0
    if options.command == "rules":
        breaches = check_rules(options.root)
    else:
        count, breaches = check_headers(options.root, options.compiler)
        print(f"{count} headers")
    for path, line, rule, text in breaches:
        print(f"{path}:{line}: {rule}: {text}")
    print(f"{len(breaches)} breaches")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
