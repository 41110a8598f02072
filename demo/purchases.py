"""What the units bought: the year's lines of platform orders (采购记录), streamed unit by unit."""

from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from demo.faults import CHANNEL_FAULTS, Fault, fault
from demo.fulfilment import Fulfilment, fulfil, refund
from demo.market import Market
from demo.money import yuan
from demo.names import person
from demo.paces import CANTEEN, UNION, Buyer
from demo.products import Product
from demo.suppliers import Supplier

HEADINGS = (
    "订单编号",
    "订单行号",
    "所属预算单位编码",
    "供应商代码",
    "产地县代码",
    "商品名称",
    "品类",
    "数量",
    "计量单位",
    "单价(元)",
    "订单金额(元)",
    "退款金额(元)",
    "退款时间",
    "资金类型",
    "采购渠道",
    "下单时间",
    "支付时间",
    "支付金额(元)",
    "验收时间",
    "评价时间",
    "订单状态",
    "结算方式",
    "交易账号",
    "付款户名",
    "收货人",
    "提货券",
    "物流单号",
    "溯源码",
)

PLATFORM = "832平台"
# Odd and no multiple of five: adding it again and again meets every twelve digits before any
# comes back, and neighbours look unrelated.
SCATTER = 618_033_988_749
TWELVE_DIGITS = 10**12

# Upper bounds of a draw from 0 to 1 for orders of one and of two lines; the rest have three.
LINES_OF_AN_ORDER = (0.72, 0.92)
ORIGIN_GIVEN = 0.85
TRACED = 0.7
VOUCHERS_IN_A_HUNDRED = 15


@dataclass(slots=True)
class Order:
    """What the lines of one order have in common; `day` is an ordinal."""

    number: str
    serial: int
    day: int
    time: str
    fund: str
    channel: str
    supplier_code: str
    origin: str
    products: tuple[Product, ...]
    fulfilment: Fulfilment
    receiver: str


class PurchaseBook:
    """The lines of one year up to today, buyer by buyer."""

    def __init__(self, rng: Random, market: Market, year: int, today: date) -> None:
        self.rng = rng
        self.market = market
        self.today = today.toordinal()
        self.first = date(year, 1, 1).toordinal()
        self.serial = rng.randrange(TWELVE_DIGITS)
        # Payment, receipt and rating of a December order lie in the next year.
        self.days = [date.fromordinal(self.first + offset).isoformat() for offset in range(480)]
        self.digits = [day.replace("-", "") for day in self.days]

    def rows(self, buyers: Iterable[Buyer]) -> Iterator[tuple[object, ...]]:
        """Yield the buyers' lines; a buyer's amounts add up to about its `cents`."""
        for buyer in buyers:
            yield from self.buyer_rows(buyer)

    def buyer_rows(self, buyer: Buyer) -> Iterator[tuple[object, ...]]:
        habitual = self.market.habitual(self.rng)
        receivers = (buyer.unit.person, person(self.rng), person(self.rng))
        left = buyer.lines
        while left:
            order = self.order(buyer, habitual, receivers)
            lines = min(left, bisect(LINES_OF_AN_ORDER, self.rng.random()) + 1)
            left -= lines
            for line in range(1, lines + 1):
                yield self.line(buyer, order, line)

    def order(
        self, buyer: Buyer, habitual: list[Supplier], receivers: tuple[str, str, str]
    ) -> Order:
        random = self.rng.random
        self.serial = (self.serial + SCATTER) % TWELVE_DIGITS
        day = buyer.draw_day(self.rng)
        defect = fault(random())
        supplier_code, origin, products = self.source(habitual, day, defect)
        return Order(
            number=f"{self.digits[day - self.first]}{self.serial:012d}",
            serial=self.serial,
            day=day,
            time=f" {8 + int(11 * random()):02d}:{int(60 * random()):02d}:{self.serial % 60:02d}",
            fund=buyer.fund(random()),
            channel=defect.value if defect in CHANNEL_FAULTS else PLATFORM,
            supplier_code=supplier_code,
            origin=origin,
            products=products,
            fulfilment=fulfil(self.rng, day, self.today),
            receiver=receivers[self.serial % 3],
        )

    def source(
        self, habitual: list[Supplier], day: int, defect: Fault | None
    ) -> tuple[str, str, tuple[Product, ...]]:
        """Return the supplier's code, the county of origin or nothing, and what is on sale."""
        if defect is Fault.UNKNOWN_SUPPLIER:
            # A given origin would be judged in the supplier's stead.
            return self.market.stranger(self.rng), "", habitual[0].products
        if defect is Fault.ENDED_SUPPLIER:
            supplier = self.market.not_eligible(self.rng, habitual, day)
        else:
            supplier = self.market.eligible(self.rng, habitual, day)
        if defect is Fault.ORIGIN:
            return supplier.code, self.market.other_origin(self.rng), supplier.products
        origin = supplier.county_code if self.rng.random() < ORIGIN_GIVEN else ""
        return supplier.code, origin, supplier.products

    def line(self, buyer: Buyer, order: Order, number: int) -> tuple[object, ...]:
        random = self.rng.random
        product = order.products[(order.serial + number) % len(order.products)]
        price = int(product.price * (0.85 + 0.3 * random()))
        goal = buyer.cents / buyer.lines * (0.4 + 1.2 * random())
        quantity = max(1, round(goal / price))
        amount = quantity * price
        fulfilment = order.fulfilment
        refunded, refunded_on = refund(self.rng, amount, fulfilment, self.today)
        return (
            order.number,
            number,
            buyer.unit.code,
            order.supplier_code,
            order.origin,
            product.name,
            product.category,
            quantity,
            product.unit_of_measure,
            yuan(price),
            yuan(amount),
            yuan(refunded) if refunded else "",
            self.moment(refunded_on, order.time),
            order.fund,
            order.channel,
            self.moment(order.day, order.time),
            self.moment(fulfilment.paid, order.time),
            yuan(amount) if fulfilment.paid else "",
            self.moment(fulfilment.accepted, order.time),
            self.moment(fulfilment.rated, order.time),
            fulfilment.status,
            fulfilment.settlement,
            f"cg{buyer.unit.code}0{1 + order.serial % 2}",
            payer(buyer, order),
            order.receiver,
            *self.slips(order, number),
        )

    def moment(self, day: int, time: str) -> str:
        return self.days[day - self.first] + time if day else ""

    def slips(self, order: Order, number: int) -> tuple[str, str, str]:
        """Return voucher, tracking number and trace code; goods that were not sent have none."""
        voucher = ""
        if order.fund == UNION and order.serial % 100 < VOUCHERS_IN_A_HUNDRED:
            voucher = f"TH{order.serial:012d}"
        if not order.fulfilment.paid:
            return voucher, "", ""
        trace = f"SY{order.serial:012d}{number:02d}" if self.rng.random() < TRACED else ""
        return voucher, f"YS{order.serial:012d}", trace


def payer(buyer: Buyer, order: Order) -> str:
    """Return the name on the paying account: the unit's, its union's or the person's."""
    if not order.fulfilment.paid:
        return ""
    if order.fund == UNION:
        return f"{buyer.unit.name}工会委员会"
    return buyer.unit.name if order.fund == CANTEEN else order.receiver
