"""What the demo company says when it is up: where to click and who may sign in."""

from collections.abc import Mapping, Sequence
from unicodedata import east_asian_width

from service.usecases.demo_company import DemoPerson

FIRST_STEPS = """\
  1. Sign in as operator. Demo yard: drive a truck to the gate, then on the deck.
     以 operator 登录。「模拟料场」：让车辆到门口，再上磅。
  2. Yard: arrival, gross, photographs; inspector decides the grade; tare; ticket.
     「料场」：进场、毛重、拍照；由 inspector 判级；皮重；磅单。
  3. Documents: see each one go on the chain, download its bundle and verify it.
     「存证」：看每份文件上链，下载存证包并校验。
  Or let twenty trucks drive / 或让二十辆车自动跑完:  ferrotrace simulate --trucks 20
  Ctrl-C stops everything; `make run` continues / Ctrl-C 停止，再次 make run 继续。"""


def welcome(
    url: str, tablets: Mapping[str, str], people: Sequence[DemoPerson], password: str
) -> str:
    """The text, in Chinese and English; ``tablets`` are the addresses of the yards by site."""
    return "\n".join(
        [
            "",
            f"  Ferrotrace is up / 已启动:  {url}",
            *(f"  Tablet of {site} / 料场平板:  {address}" for site, address in tablets.items()),
            "",
            *_table(people, password),
            "",
            "  First steps / 先点这里",
            FIRST_STEPS,
            "",
        ]
    )


def _table(people: Sequence[DemoPerson], password: str) -> list[str]:
    rows = [("role 角色", "login 登录名", "password 密码", "name 姓名")]
    rows += [
        (person.role.value, person.username, password, f"{person.name} {person.name_en}")
        for person in people
    ]
    widths = [max(_width(row[column]) for row in rows) for column in range(4)]
    lines = [
        "  " + "  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    return [lines[0], "  " + "─" * (sum(widths) + 6), *lines[1:]]


def _width(text: str) -> int:
    """Columns that a terminal needs: a Chinese character takes two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
