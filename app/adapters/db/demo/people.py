"""Who is at home in the demo: those who sign in, and four hundred shoppers who only left reviews."""

from typing import NamedTuple

from app.adapters.db.tables.accounts import Role


class Person(NamedTuple):
    """`key` is what the products of a seller call them."""

    key: str
    role: Role
    email: str
    first_name: str
    last_name: str


PEOPLE = (
    Person("ada", Role.ADMIN, "admin@exclusive.example", "Ada", "Marsh"),
    Person("silas", Role.SELLER, "seller@exclusive.example", "Silas", "Kerr"),
    Person("elodie", Role.SELLER, "studio@exclusive.example", "Élodie", "Marchand"),
    Person("cleo", Role.CUSTOMER, "customer@exclusive.example", "Cleo", "Lund"),
)

SHOPPERS = 400

# Names that pages must be able to show: from right to left, with accents, long, short and without Latin letters.
NAMED = (
    ("ليلى", "الحسن"),
    ("يوسف", "منصور"),
    ("נועה", "לוי"),
    ("Łukasz", "Wiśniewski"),
    ("Zoë", "Müller-Lüdenscheidt"),
    ("Søren", "Ångström"),
    ("Nguyễn", "Thị Minh Khai"),
    ("Ólafur", "Þórsson"),
    ("美咲", "田中"),
    ("Δήμητρα", "Παπαδοπούλου"),
    ("Bo", "Ek"),
    ("Siobhán", "O’Sullivan"),
)

FIRST_NAMES = (
    *("Amara", "Anton", "Beatriz", "Björn", "Camille", "Chidi", "Clara", "Daan", "Dario", "Elif", "Emil", "Esther"),
    *("Farah", "Felix", "Giulia", "Hanna", "Hugo", "Ines", "Ivo", "Jana", "Jonas", "Kofi", "Lea", "Linnéa", "Luca"),
    *("Maeve", "Marek", "Mateo", "Mira", "Nadia", "Nils", "Nora", "Oscar", "Priya", "Rafael", "Rosa", "Sami", "Tessa"),
    *("Tomás", "Yara"),
)
LAST_NAMES = (
    *(
        "Abara",
        "Almeida",
        "Andersson",
        "Baker",
        "Bauer",
        "Bianchi",
        "Blum",
        "Castro",
        "Chen",
        "Costa",
        "Demir",
        "Dubois",
    ),
    *("Eriksen", "Fischer", "Fournier", "García", "Green", "Haddad", "Hansen", "Horvat", "Iyer", "Jansen", "Kaya"),
    *(
        "Kelly",
        "Koch",
        "Lindqvist",
        "López",
        "Marino",
        "Meyer",
        "Moreau",
        "Nowak",
        "Okafor",
        "Pereira",
        "Popa",
        "Rossi",
    ),
    *("Silva", "Smit", "Sørensen", "Walsh", "Wójcik"),
)


def shoppers() -> list[tuple[str, str, str]]:
    """E-mail, first and last name of each; no two have the same name."""
    names = [*NAMED]
    for number in range(SHOPPERS - len(NAMED)):
        turn, first = divmod(number, len(FIRST_NAMES))
        names.append((FIRST_NAMES[first], LAST_NAMES[(7 * first + turn) % len(LAST_NAMES)]))
    return [(f"shopper-{n:03}@exclusive.example", first, last) for n, (first, last) in enumerate(names, 1)]
