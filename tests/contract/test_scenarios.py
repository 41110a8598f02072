"""The generators do what they promise: acceptable worlds, and exactly the mistakes they name."""

from collections import Counter
from decimal import Decimal

import pytest

from .lines import Step
from .oracle import Contract, Result, settled
from .reference import load_county_codes, load_regions
from .scenario_broken import broken
from .scenario_master import TODAY
from .scenarios import scenario

REGIONS = load_regions()
COUNTIES = load_county_codes()
COUNTS = ("units", "filed", "zero_filed", "not_filed", "not_due", "confirmed")
AMOUNTS = ("base_amount", "target", "ordered", "paid", "accepted", "completed")


def run(steps: list[Step]) -> tuple[Contract, list[Result]]:
    contract = Contract(REGIONS, COUNTIES, TODAY)
    return contract, [contract.import_rows(s.kind, s.rows, s.update) for s in steps]


@pytest.mark.parametrize("seed", range(12))
def test_scenario_is_refused_only_where_it_means_to_be(seed):
    made = scenario(seed, COUNTIES)
    _, results = run(made.steps)
    refused = [result.errors for result in results if not result.accepted]
    assert [{code for _, _, code in errors} for errors in refused] == [{"conflict"}]


@pytest.mark.parametrize("seed", range(12))
def test_rows_of_every_answer_add_up_to_its_total(seed):
    made = scenario(seed, COUNTIES)
    contract, _ = run(made.steps)
    for question in made.questions:
        answer = contract.progress(**question)
        rows, total = answer["rows"], answer["total"]
        assert [sum(row[name] for row in rows) for name in COUNTS] == [total[n] for n in COUNTS]
        for name in AMOUNTS:
            assert sum(Decimal(row[name]) for row in rows) == Decimal(total[name])


def test_scenarios_meet_every_verdict_and_come_from_their_seed_alone():
    met: Counter = Counter()
    for seed in range(6):
        contract, _ = run(scenario(seed, COUNTIES).steps)
        excluded = contract.progress(2025)["total"]["excluded"]
        met.update(reason for reason, amount in excluded.items() if amount != "0.00")
    assert len(met) == 7
    assert scenario(3, COUNTIES) == scenario(3, COUNTIES)


@pytest.mark.parametrize("seed", range(40))
def test_broken_file_has_exactly_the_mistakes_it_names(seed):
    made = broken(seed)
    contract, results = run(made.steps)
    assert all(result.accepted for result in results)
    result = contract.import_rows(made.file.kind, made.file.rows, made.file.update)
    assert settled(result.errors) == settled(made.mistakes)
