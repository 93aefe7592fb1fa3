"""Gathers the shop's words into app/locale/messages.pot, from which translations are made.

    python tools/words.py                 the words as they are written in templates and routes
    python tools/words.py --translations  and every catalogue brought up to date: new messages come in empty

To add a language: make app/locale/<language>/messages.po by `pybabel init -i app/locale/messages.pot -l fr -o ...`,
translate it, and name its locale in LOCALES.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALE_DIR = ROOT / "app" / "locale"
TEMPLATE = LOCALE_DIR / "messages.pot"
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


def update(path: Path) -> Catalog:
    """The catalogue at `path` with the messages of today. No guesses: what is new is empty, what is gone is dropped."""
    with path.open("rb") as source:
        catalogue = read_po(source, locale=path.parent.name)
    catalogue.update(gather(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    with path.open("wb") as target:
        write_po(target, catalogue, omit_header=False, include_lineno=False, sort_output=True, width=120)
    return catalogue


def untranslated(catalogue: Catalog) -> list[str]:
    """Messages without words of their own, or with words that somebody has yet to look at."""
    return [str(message.id) for message in messages(catalogue) if message.fuzzy or not _is_full(message)]


def _is_full(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def main(arguments: list[str]) -> None:
    TEMPLATE.parent.mkdir(exist_ok=True)
    with TEMPLATE.open("wb") as target:
        write_po(target, gather(), omit_header=True, include_lineno=False, sort_output=True, width=120)
    print(f"{TEMPLATE.relative_to(ROOT)}: {sum(1 for _ in messages(gather()))} messages")
    if "--translations" in arguments:
        for path in sorted(LOCALE_DIR.glob("*/messages.po")):
            missing = untranslated(update(path))
            print(f"{path.relative_to(ROOT)}: {len(missing)} to translate", *missing, sep="\n  ")


if __name__ == "__main__":
    main(sys.argv[1:])
