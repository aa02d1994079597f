"""Arguments that many fields take, described once."""

from __future__ import annotations

from typing import Annotated

import strawberry

Key = Annotated[
    str,
    strawberry.argument(
        description="Yours to choose, new for each change (a UUID): sent again, it is done once and answered the same."
        " / 冪等キー"
    ),
]
Acknowledged = Annotated[
    list[str],
    strawberry.argument(description="Codes of the warnings that you have seen and checked. / 確認済みのアラート"),
]
Number = Annotated[str, strawberry.argument(description="宛名番号")]
