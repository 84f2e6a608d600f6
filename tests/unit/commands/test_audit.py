"""How the command counts, and what it says of an audit."""

from io import StringIO

from service.commands.audit import Counter, exit_code
from service.usecases.audit import Difference, Kind, Report, Stage


def report(*differences: Difference) -> Report:
    return Report(differences=differences, documents=1, batches=1, size=1, head=None, block=None)


def test_the_counter_writes_the_end_of_each_stage_on_a_line_of_its_own() -> None:
    out = StringIO()
    counter = Counter(out)
    for done in range(1, 2_001):
        counter(Stage.DOCUMENTS, done, 2_000)
    counter(Stage.BATCHES, 3, 3)
    counter.end()
    documents, batches, rest = out.getvalue().split("\n")
    assert documents.rpartition("\r")[2] == "documents      2,000 of 2,000"
    assert documents.count("\r") < 100
    assert rest == ""
    assert batches.strip() == "batches            3 of 3"


def test_exit_codes() -> None:
    unknown = Difference(table="chain", key="-", kind=Kind.UNKNOWN)
    broken = Difference(table="batch", key="1", kind=Kind.BROKEN)
    codes = [exit_code(report(*found)) for found in ((), (unknown,), (unknown, broken))]
    assert codes == [0, 2, 1]
