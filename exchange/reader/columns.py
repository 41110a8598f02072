"""The columns that a file is read by, as the parent describes them."""

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One wanted column; the meaning of each field is that of ``exchange.columns.Column``."""

    field: str
    heading: str
    kind: str
    required: bool
    key: bool
    choices: dict[str, Any]
    minimum: Decimal | None
    maximum: Decimal | None
    above: bool
    places: int
    max_length: int
    not_after_today: bool

    @classmethod
    def from_json(cls, spec: dict[str, Any]) -> "ColumnSpec":
        values = {item.name: spec[item.name] for item in fields(cls)}
        for bound in ("minimum", "maximum"):
            values[bound] = None if values[bound] is None else Decimal(values[bound])
        return cls(**values)

    @property
    def refuses_formulas(self) -> bool:
        return self.key or self.kind in ("key", "uscc")
