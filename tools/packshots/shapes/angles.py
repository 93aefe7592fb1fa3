"""Further views of the shop's lead products: from another side, and close up."""

from tools.packshots.catalogue import further
from tools.packshots.scene import View
from tools.packshots.shapes import electronics, fashion, home, kitchen  # noqa: F401  (registers what is seen here)

further("phones", "ink", "side", "Over-ear headphones from the side", View(24, 10, 0.66, turn=-58))
further("phones", "ink", "detail", "Ear cup of the headphones", View(58, 14, 0.66, aim=(0.82, 0.4, 0.26), zoom=2.1))
further("lamp", "sand", "side", "Table lamp from above", View(-35, 30, 0.66))
further("lamp", "sand", "detail", "Pleats of the lamp's shade", View(15, 4, 0.66, aim=(0.55, 0.3, 0.66), zoom=2.0))
further("mug", "ink", "side", "Mug from above", View(-58, 40, 0.66))
further("mug", "ink", "detail", "Handle of the mug", View(-30, 14, 0.66, aim=(0.8, 0.5, 0.55), zoom=1.9))
further("backpack", "ink", "side", "Backpack from the side", View(24, 10, 0.7, turn=-56))
further("backpack", "ink", "detail", "Buckle of the backpack", View(18, 12, 0.7, aim=(0.5, 0.1, 0.62), zoom=2.3))
further("laptop", "ink", "side", "Laptop from the side", View(24, 14, 0.7, turn=-44))
further("laptop", "ink", "detail", "Keyboard of the laptop", View(-18, 34, 0.7, aim=(0.5, 0.4, 0.1), zoom=1.9))
further("armchair", "clay", "side", "Armchair from the side", View(24, 10, 0.7, turn=-60))
further("armchair", "clay", "detail", "Arm and leg of the armchair", View(24, 10, 0.7, aim=(0.85, 0.2, 0.35), zoom=1.9))
