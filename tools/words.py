"""Gathers the shop's words into app/locale/messages.pot, from which translations are made.

    python tools/words.py

To add a language: `pybabel init -i app/locale/messages.pot -l de -o app/locale/de/messages.po`, translate, restart.
To bring it up to date later: `pybabel update -i app/locale/messages.pot -l de -o app/locale/de/messages.po`.
"""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import write_po

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = ROOT / "app" / "locale" / "messages.pot"
KEYWORDS = {**DEFAULT_KEYWORDS, "say": None, "say_number": (1, 2)}


def gather() -> Catalog:
    """Every message of templates and routes, with the files that use it (no line numbers: they would only churn)."""
    with (ROOT / "babel.cfg").open() as source:
        methods, options = parse_mapping_cfg(source, "babel.cfg")
    catalogue = Catalog(project="Exclusive", fuzzy=False)
    for folder in ("templates", "app/web"):
        for file, _line, message, comments, context in extract_from_dir(
            ROOT / folder, _relative(methods, folder), _options(options, folder), KEYWORDS, strip_comment_tags=True
        ):
            catalogue.add(message, None, [(f"{folder}/{file}", 0)], auto_comments=comments, context=context)
    return catalogue


def messages(catalogue: Catalog) -> Iterator[Message]:
    """All but the header."""
    return (message for message in catalogue if message.id)


def _relative(methods: list[tuple[str, str]], folder: str) -> list[tuple[str, str]]:
    """The mapping's patterns below `folder`, as seen from inside it."""
    return [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in methods if pattern.startswith(folder)]


def _options(options: dict[str, dict[str, str]], folder: str) -> dict[str, dict[str, str]]:
    return {pattern.removeprefix(f"{folder}/"): given for pattern, given in options.items()}


def main() -> None:
    TEMPLATE.parent.mkdir(exist_ok=True)
    with TEMPLATE.open("wb") as target:
        write_po(target, gather(), omit_header=True, include_lineno=False, sort_output=True, width=120)
    print(f"{TEMPLATE.relative_to(ROOT)}: {sum(1 for _ in messages(gather()))} messages")


if __name__ == "__main__":
    main()
