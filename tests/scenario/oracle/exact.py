"""Exact decimals without floats.

Prices, volumes, sizes and percentages are integers counted in 10^-12 ("scaled").
Money that is booked is an integer counted in minor units of its currency.
Everything else is a Fraction.
"""

from fractions import Fraction

DECIMALS = 12
ONE = 10 ** DECIMALS


def parse_decimal(text, digits=DECIMALS):
    """'1.38676' -> integer counted in 10^-digits; more decimals than that are an error."""
    whole, _, decimals = text.partition(".")
    if len(decimals) > digits:
        decimals, excess = decimals[:digits], decimals[digits:]
        if excess.strip("0"):
            raise ValueError(f"{text} has more than {digits} decimals")
    return int(whole + decimals) * 10 ** (digits - len(decimals))


def show_decimal(value, digits=DECIMALS):
    """Integer counted in 10^-digits -> plain decimal without trailing zeros."""
    whole, rest = divmod(abs(value), 10 ** digits)
    decimals = str(rest).rjust(digits, "0").rstrip("0") if rest else ""
    text = f"{whole}.{decimals}" if decimals else str(whole)
    return "-" + text if value < 0 else text


def round_ratio(numerator, denominator):
    """Nearest integer of a ratio with a positive denominator, half away from zero."""
    if numerator < 0:
        return -((-2 * numerator + denominator) // (2 * denominator))
    return (2 * numerator + denominator) // (2 * denominator)


def round_fraction(value, digits):
    """A Fraction rounded half away from zero, as an integer counted in 10^-digits."""
    return round_ratio(value.numerator * 10 ** digits, value.denominator)


def as_fraction(scaled):
    return Fraction(scaled, ONE)
