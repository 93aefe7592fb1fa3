"""The demo's flash sales, one running, one to come and one over, and its coupons."""

from app.adapters.db.demo.records import DemoCoupon, DemoSale, FlashItem

SALES: tuple[DemoSale, ...] = (
    DemoSale(
        "Midweek flash sale",
        -20,
        52,
        (
            FlashItem("NV-PEB", "99.00", 60, 41),
            FlashItem("NV-CAMP", "109.00", 40, 12),
            FlashItem("TA-65", "99.00", 30, 27),
            FlashItem("LD-20", "45.00", 80, 33),
            FlashItem("OT-STOOL", "69.00", 25, 8),
            FlashItem("RO-MAT", "47.00", 50, 19),
        ),
    ),
    DemoSale(
        "Market days",
        5 * 24,
        7 * 24,
        (FlashItem("MK-TOTE", "21.00", 60), FlashItem("KS-BOWL", "12.00", 40)),
    ),
    DemoSale(
        "First frost",
        -42 * 24,
        -40 * 24,
        (FlashItem("FY-CAND", "14.00", 100, 100), FlashItem("KS-TEAPOT", "46.00", 30, 17)),
    ),
)

COUPONS: tuple[DemoCoupon, ...] = (
    DemoCoupon("WELCOME10", "Ten per cent off an order.", "percentage", "10.00"),
    DemoCoupon("LESS15", "Fifteen off an order.", "fixed", "15.00", starts=-30, ends=60),
    DemoCoupon("SUMMER20", "Twenty per cent off in summer.", "percentage", "20.00", starts=-120, ends=-30),
)
