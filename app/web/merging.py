"""What is said after a sign-in about two carts that became one."""

from app.core.cart import MAX_LINES, MergeChange, Merged, Merging
from app.web.pages.frame import Flash
from app.web.render import Renderer

MOST_TOLD = 4
"""Changes that are named; the cart itself shows the rest."""


def merge_flash(merged: Merged, render: Renderer) -> Flash | None:
    """None where the cart holds what it held before the sign-in, and nothing else."""
    told = [_words(change, render) for change in merged.changes[:MOST_TOLD]]
    if more := len(merged.changes) - len(told):
        told.append(render.say_number("And %(num)s more change.", "And %(num)s more changes.", more))
    if merged.found_others:
        told.insert(0, render.say("Your cart also holds what you left in it before."))
    if not told:
        return None
    return Flash(" ".join(told), "info", link="/cart", link_text=render.say("View cart"))


def _words(change: MergeChange, render: Renderer) -> str:
    say, money = render.say, render.pages.filters["money"]
    name = f"{change.name}, {change.variant}" if change.variant else change.name
    match change.how:
        case Merging.ADDED_UP:
            return say("%(name)s: now %(units)s in all.", name=name, units=change.units)
        case Merging.LOWERED:
            return say("%(name)s: %(units)s, more are not to be had.", name=name, units=change.units)
        case Merging.NEW_PRICE:
            old, new = money(change.old_price), money(change.new_price)
            return say("%(name)s: the price was %(old)s and is now %(new)s.", name=name, old=old, new=new)
        case Merging.SOLD_OUT:
            return say("%(name)s has sold out, so it was left out.", name=name)
        case Merging.NOT_FOR_SALE:
            return say("%(name)s is no longer sold, so it was left out.", name=name)
        case Merging.NO_ROOM:
            return say("%(name)s was left out: a cart holds %(most)s things.", name=name, most=MAX_LINES)
