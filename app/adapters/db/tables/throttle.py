"""How often something was done lately by somebody who is not known by name."""

from piccolo.columns import Integer, Timestamptz, Varchar
from piccolo.columns.defaults.timestamptz import TimestamptzNow
from piccolo.constraints import Check
from piccolo.table import Table


class Throttle(Table, tablename="throttle", help_text="Uses of what is limited in time; rows that ended are swept."):
    key_hash = Varchar(
        length=64, primary_key=True, default="", help_text="Keyed hash of who did what; neither can be read from it."
    )
    uses = Integer(default=1, help_text="Uses since the window began, at most one more than the limit.")
    expires_at = Timestamptz(default=TimestamptzNow(), index=True, help_text="When the window ends.")

    throttle_counts_up = Check("uses > 0")
