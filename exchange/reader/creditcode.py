"""The unified social credit code (统一社会信用代码, GB 32100-2015)."""

import re

from stdnum.cn import uscc

#: The standard's alphabet has no I, O, S, V and Z. Kind of registration (two places, letters as
#: in N2 too, which ``uscc.validate`` refuses), region (six digits), organization, check digit.
_CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")


def parse_credit_code(text: str) -> str | None:
    """The code in capitals without blanks and hyphens; None where it is none."""
    code = uscc.compact(text)
    if _CREDIT_CODE.fullmatch(code) and code[-1] == uscc.calc_check_digit(code[:-1]):
        return code
    return None
