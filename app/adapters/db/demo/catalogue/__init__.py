"""What the demo shop sells, a file for each department; prices are in the shop's own currency."""

from app.adapters.db.demo.catalogue.care import CARE
from app.adapters.db.demo.catalogue.carry import CARRY
from app.adapters.db.demo.catalogue.electronics import ELECTRONICS
from app.adapters.db.demo.catalogue.fashion import FASHION
from app.adapters.db.demo.catalogue.kitchen import KITCHEN
from app.adapters.db.demo.catalogue.lighting import LIGHTING
from app.adapters.db.demo.catalogue.living import LIVING
from app.adapters.db.demo.catalogue.pantry import PANTRY
from app.adapters.db.demo.catalogue.play import PLAY
from app.adapters.db.demo.records import DemoProduct

CATALOGUE: tuple[DemoProduct, ...] = (
    *ELECTRONICS,
    *LIGHTING,
    *KITCHEN,
    *LIVING,
    *CARRY,
    *FASHION,
    *CARE,
    *PLAY,
    *PANTRY,
)
