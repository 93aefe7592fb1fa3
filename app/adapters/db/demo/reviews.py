"""What shoppers of the demo say: a beginning and a remark for each number of stars, put together without repetition."""

from dataclasses import dataclass
from random import Random

SEED = 20
MUG = "KS-MUG"

BEGINNINGS: dict[int, tuple[str, ...]] = {
    1: (
        "Not for me.",
        "Sent it back.",
        "I had hoped for more.",
        "Disappointed.",
        "A pity.",
        "Would not buy it again.",
    ),
    2: (
        "It is all right, no more.",
        "Nice idea, weak execution.",
        "Below what I expected at this price.",
        "Mixed feelings.",
        "Pretty, but no more than that.",
        "Two stars for the looks.",
    ),
    3: (
        "Does what it should.",
        "Decent.",
        "Neither good nor bad.",
        "Fine for the price.",
        "Good with one catch.",
        "I am undecided.",
        "Average.",
        "It grows on me.",
    ),
    4: (
        "Very good.",
        "Happy with it.",
        "Would buy it again.",
        "Almost perfect.",
        "Good, with a small but.",
        "Well thought out.",
        "A solid choice.",
        "I like it a lot.",
        "Better than the photo.",
        "Recommended.",
    ),
    5: (
        "Exactly what I was looking for.",
        "I use it every day.",
        "Beautiful.",
        "Could not be happier.",
        "My second one.",
        "Bought as a gift, then one for myself.",
        "Worth every cent.",
        "Simple and well made.",
        "Perfect.",
        "A joy to use.",
        "Just right.",
        "Feels as good as it looks.",
        "My favourite thing this year.",
        "I keep coming back to it.",
        "No complaints at all.",
    ),
}

REMARKS: dict[int, tuple[str, ...]] = {
    1: (
        "It arrived scratched, though the parcel was whole.",
        "The colour is not what I saw on my screen.",
        "Much smaller than I thought; my fault, the size is on the page.",
        "Returning it was easy, at least.",
        "It did not last two months.",
    ),
    2: (
        "The finish could be better.",
        "Delivery took the full five days.",
        "It has a smell that takes long to go.",
        "I had one before that was sturdier.",
        "The instructions are only drawings.",
        "It was a gift, and it went into a cupboard.",
    ),
    3: (
        "The colour is a little paler than in the picture.",
        "It came quickly, but the box was too big.",
        "I would have liked one more colour.",
        "After a month it shows some wear.",
        "Good quality, but I am not sure I needed it.",
        "Heavier than I expected.",
        "You get used to it.",
        "The smaller one would have been enough.",
    ),
    4: (
        "One star off because delivery took a week.",
        "The packaging is all paper, which I like.",
        "The colour is true to the picture.",
        "It feels sturdy.",
        "Slightly larger than I imagined.",
        "My sister wants one, too.",
        "It was cheaper elsewhere, but not in this colour.",
        "After two months it looks like new.",
        "I wish it came in green.",
        "It took me a day to get used to it.",
        "Honest description, nothing hidden.",
        "The edges are nicely finished.",
    ),
    5: (
        "It came after two days, well packed.",
        "The colour is just like in the picture.",
        "After half a year it still looks new.",
        "You can tell that somebody thought about it.",
        "Guests ask where it is from.",
        "The description says what it is, and it is that.",
        "Nothing rattles, nothing wobbles.",
        "I compared many, and this one was the plainest.",
        "It survived the move.",
        "Even my father likes it, and he likes nothing new.",
        "It is a pleasure each morning.",
        "Packed in paper only.",
        "The finish is lovely.",
        "I have ordered another one for the office.",
    ),
}

MUG_REMARKS: dict[int, tuple[str, ...]] = {
    1: (
        "The handle is too small for my hand.",
        "One of four came with a crack.",
        "Too heavy for me when it is full.",
        "The unglazed foot scratched my table.",
        "It gets very hot in the microwave.",
    ),
    2: (
        "330 ml is less than I drink.",
        "The two I ordered are not the same shade.",
        "The rim is thicker than I like.",
        "It does not fit under my coffee machine.",
        "There was a pinhole in the glaze.",
        "The handle gets warm.",
    ),
    3: (
        "A good mug, but a mug.",
        "I would like a larger one.",
        "The sage one is greyer than I thought.",
        "It stacks badly because of the handle.",
        "Heavy, but it keeps the tea warm.",
        "The foot is rough on a glass table.",
        "One arrived with a small bump in the glaze.",
        "Fine for coffee, small for tea.",
    ),
    4: (
        "The handle really takes three fingers.",
        "Tea stays warm for a good while.",
        "After a year of dishwasher the glaze is as it was.",
        "The shades differ a little, which I like.",
        "A bit heavy when it is full.",
        "I wish there were a larger one.",
        "The foot could be smoother.",
        "Goes well with the bowls.",
        "The rose one is lovely in the morning light.",
        "Four of them fill a shelf.",
        "It fits under the coffee machine, just.",
        "My hands are large, and it still works.",
    ),
    5: (
        "The handle fits.",
        "It has been through the dishwasher a few hundred times.",
        "Coffee tastes of coffee, and the rim feels right.",
        "It keeps the tea warm while I forget it.",
        "The ink one hides every stain.",
        "We have six now, one of each colour.",
        "Survived a fall onto the kitchen floor.",
        "The sanded foot is a lovely detail.",
        "It sits well in the hand, also in a cold one.",
        "330 ml is just the right size.",
        "My office colleagues steal it.",
        "The glaze has depth; a photo does not show it.",
        "From the oven to the table: a small cake fits in.",
        "Heavy in a good way.",
        "The clay colour goes with everything.",
        "It does not drip down the side.",
    ),
}

# Not everybody writes English.
FOREIGN = (
    (5, "ar", "كوب جميل وثقيل قليلا، ويحتفظ بحرارة الشاي."),
    (5, "ar", "وصل بسرعة ومغلفا بعناية. اللون كما في الصورة."),
    (4, "he", "ספל יפה ונוח, רק קצת כבד."),
    (5, "pl", "Piękny kubek, wygodne ucho, glazura bez skazy."),
)

# Not on show: the first waits for a look, the others were refused.
UNSEEN = (
    ("pending", 5, "Arrived this morning. More when I have used it for a while."),
    ("pending", 2, "Is this meant to feel so light? I have written to the shop."),
    ("rejected", 1, "Write to me for the same thing at half the price."),
    ("rejected", 5, "asdf asdf asdf"),
)
UNSEEN_OF = ("KS-BOWL", "NV-HUSH", "FL-22", "TA-FLASK")


@dataclass(frozen=True, slots=True)
class DemoReview:
    """`shopper` is a place in the list of shoppers; `day` is how many days ago it was written."""

    sku: str
    shopper: int
    rating: int
    text: str
    day: int
    status: str = "approved"

    @property
    def language(self) -> str:
        return next((language for _, language, text in FOREIGN if text == self.text), "en")


def reviews(catalogue: list[tuple[str, tuple[int, ...], int]], *, shoppers: int) -> list[DemoReview]:
    """Of every product, given as article number, reviews by stars and age in days; the same ones each time."""
    chance = Random(SEED)
    written: list[DemoReview] = []
    for place, (sku, stars, age) in enumerate(catalogue):
        ratings = [rating for rating, count in enumerate(stars, 1) for _ in range(count)]
        texts = [text for rating, count in enumerate(stars, 1) for text in _texts(sku, rating, count, chance)]
        said = list(zip(ratings, texts, strict=True))
        chance.shuffle(said)
        days = sorted((chance.randint(1, max(1, age - 2)) for _ in said), reverse=True)
        # Each product has its own shoppers, so that nobody speaks twice of one and few speak of everything.
        written += [
            DemoReview(sku, (place * 61 + number) % shoppers, rating, text, day)
            for number, ((rating, text), day) in enumerate(zip(said, days, strict=True))
        ]
    for number, sku in enumerate(UNSEEN_OF):
        taken = {review.shopper for review in written if review.sku == sku}
        free = (shopper for shopper in range(shoppers) if shopper not in taken)
        for (status, rating, text), shopper in zip(UNSEEN[number % 2 :: 2], free, strict=False):
            written.append(DemoReview(sku, shopper, rating, text, number + 1, status))
    return written


def _texts(sku: str, rating: int, count: int, chance: Random) -> list[str]:
    remarks = MUG_REMARKS if sku == MUG else REMARKS
    whole = [f"{beginning} {remark}" for beginning in BEGINNINGS[rating] for remark in remarks[rating]]
    foreign = [text for stars, _, text in FOREIGN if stars == rating] if sku == MUG else []
    return foreign + chance.sample(whole, count - len(foreign))
