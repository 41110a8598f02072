"""Unified social credit codes (GB 32100) of organizations that do not exist."""

from stdnum.cn import uscc

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORGANIZATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

STATE_ORGAN = "11"
PUBLIC_INSTITUTION = "12"
MASS_ORGANIZATION = "13"
ENTERPRISE = "91"
SOLE_PROPRIETOR = "92"
COOPERATIVE = "93"


def organization_check_digit(body: str) -> str:
    """Return the check digit of an organization code's eight characters (GB 11714)."""
    pairs = zip(body, ORGANIZATION_WEIGHTS, strict=True)
    remainder = 11 - sum(ALPHABET.index(character) * weight for character, weight in pairs) % 11
    return {10: "X", 11: "0"}.get(remainder, str(remainder))


def credit_code(registered_as: str, region: str, serial: int) -> str:
    """Return 18 characters with both check digits; `serial` is 0 to 99999 within the region.

    The organization code starts with DEM so that whoever reads it sees a demonstration.
    """
    body = f"DEM{serial:05d}"
    number = registered_as + region + body + organization_check_digit(body)
    return number + uscc.calc_check_digit(number)
