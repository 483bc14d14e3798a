"""The formulas of a story recomputed from their printed inputs, in fractions."""

import math
from decimal import Decimal
from fractions import Fraction


def exact(value):
    return Fraction(str(value))


def rounded(value, digits):
    """Half away from zero."""
    units = math.floor(abs(value) * 10 ** digits + Fraction(1, 2))
    result = Fraction(units, 10 ** digits)
    return -result if value < 0 else result


def value_of(formula):
    """What the formula's inputs give, before rounding. The expressions are the program's own."""
    names = {one["name"]: exact(one["value"]) for one in formula["inputs"]}
    names.update(max=max, min=min, floor=lambda x: Fraction(math.floor(x)),
                 ceil=lambda x: Fraction(math.ceil(x)))
    return Fraction(eval(formula["formula"], {"__builtins__": {}}, names))


def check(test, formula):
    """The result is what the inputs give and what was booked."""
    value = value_of(formula)
    test.assertEqual(exact(formula["result"]), rounded(value, formula["digits"]), formula)
    shown = math.floor(abs(value) * 10 ** 12)
    test.assertEqual(abs(Decimal(formula["unrounded"])),
                     Decimal(shown).scaleb(-12), formula)
    if formula["booked"] is not None:
        test.assertEqual(formula["booked"], formula["result"], formula)
        test.assertIs(formula["agrees"], True)


def named(section, what):
    """The section's one formula of that name."""
    [formula] = [one for one in section["formulas"] if one["what"] == what]
    return formula


def sections(story, kind):
    return [section for section in story["sections"] if section["kind"] == kind]
