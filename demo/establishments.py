"""What budget units a province, a prefecture and a county have, most typical first."""

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from demo.names import ordinal

ORGAN = "机关"
MASS = "群团"
SCHOOL = "学校"
HOSPITAL = "医院"
INSTITUTION = "其他事业单位"
ENTERPRISE = "国有企业"

HOST = "host"
GUEST = "guest"
APART = "apart"


class Establishment(NamedTuple):
    """`name` follows the division's title, or takes it where it has braces.

    `parent` names the department of the same division. Units of one `chain` answer to the nearest
    unit of that chain above them (垂直管理). `headcount` is the lowest and the highest. `canteen`
    says what the division's shared canteen is to it: HOST, GUEST or APART.
    """

    name: str
    kind: str
    parent: str
    headcount: tuple[int, int]
    chain: str = ""
    canteen: str = ""
    township: bool = False

    @property
    def place(self) -> str:
        """Where its people eat: offices with the others, all the rest on their own premises."""
        return self.canteen or (GUEST if self.kind in (ORGAN, MASS) else APART)

    def title(self, division: str) -> str:
        return self.name.format(division) if "{" in self.name else division + self.name


PROVINCE = (
    Establishment("教育厅", ORGAN, "", (120, 220)),
    Establishment("实验中学", SCHOOL, "教育厅", (180, 420)),
    Establishment("机关事务管理局", ORGAN, "", (80, 160), canteen=HOST),
    Establishment("生态环境厅", ORGAN, "", (120, 200), chain="生态环境"),
    Establishment("卫生健康委员会", ORGAN, "", (120, 210)),
    Establishment("人民医院", HOSPITAL, "卫生健康委员会", (1800, 3600)),
    Establishment("交通运输厅", ORGAN, "", (110, 190)),
    Establishment("公路发展中心", INSTITUTION, "交通运输厅", (150, 300), chain="公路"),
    Establishment("建设投资集团有限公司", ENTERPRISE, "", (600, 2400)),
    Establishment("财政厅", ORGAN, "", (150, 260)),
    Establishment("公安厅", ORGAN, "", (400, 900)),
    Establishment("警察学院", SCHOOL, "公安厅", (300, 600)),
    Establishment("司法厅", ORGAN, "", (120, 200)),
    Establishment("监狱管理局", ORGAN, "司法厅", (120, 220)),
    Establishment("第一监狱", ORGAN, "监狱管理局", (260, 520), canteen=APART),
    Establishment("第二监狱", ORGAN, "监狱管理局", (260, 520), canteen=APART),
    Establishment("民政厅", ORGAN, "", (90, 150)),
    Establishment("社会福利院", INSTITUTION, "民政厅", (90, 240)),
    Establishment("水利厅", ORGAN, "", (110, 180)),
    Establishment("水文中心", INSTITUTION, "水利厅", (90, 180), chain="水文"),
    Establishment("农业农村厅", ORGAN, "", (150, 260)),
    Establishment("农业科学院", INSTITUTION, "农业农村厅", (400, 1100)),
    Establishment("农业技术推广总站", INSTITUTION, "农业农村厅", (40, 90)),
    Establishment("总工会", MASS, "", (60, 120)),
    Establishment("妇女联合会", MASS, "", (40, 80)),
    Establishment("共青团{}委员会", MASS, "", (40, 80)),
    Establishment("林业局", ORGAN, "", (90, 160)),
    Establishment("林业科学研究院", INSTITUTION, "林业局", (180, 420)),
    Establishment("文化和旅游厅", ORGAN, "", (100, 170)),
    Establishment("图书馆", INSTITUTION, "文化和旅游厅", (120, 260)),
    Establishment("博物馆", INSTITUTION, "文化和旅游厅", (100, 240)),
    Establishment("人力资源和社会保障厅", ORGAN, "", (130, 220)),
    Establishment("技师学院", SCHOOL, "人力资源和社会保障厅", (240, 560)),
    Establishment("市场监督管理局", ORGAN, "", (140, 240)),
    Establishment("中医医院", HOSPITAL, "卫生健康委员会", (900, 2200)),
    Establishment("妇幼保健院", HOSPITAL, "卫生健康委员会", (700, 1800)),
    Establishment("疾病预防控制中心", INSTITUTION, "卫生健康委员会", (260, 520)),
    Establishment("农业发展集团有限公司", ENTERPRISE, "", (300, 1200)),
)

PREFECTURE = (
    Establishment("教育局", ORGAN, "", (50, 90)),
    Establishment("第一中学", SCHOOL, "教育局", (180, 380)),
    Establishment("机关事务管理局", ORGAN, "", (40, 90), canteen=HOST),
    Establishment("生态环境局", ORGAN, "", (50, 110), chain="生态环境"),
    Establishment("卫生健康委员会", ORGAN, "", (50, 90)),
    Establishment("人民医院", HOSPITAL, "卫生健康委员会", (900, 2400)),
    Establishment("公路发展中心", INSTITUTION, "", (60, 160), chain="公路"),
    Establishment("公共交通集团有限公司", ENTERPRISE, "", (300, 1600)),
    Establishment("财政局", ORGAN, "", (60, 120)),
    Establishment("公安局", ORGAN, "", (300, 900)),
    Establishment("看守所", ORGAN, "公安局", (60, 140), canteen=APART),
    Establishment("民政局", ORGAN, "", (30, 60)),
    Establishment("社会福利院", INSTITUTION, "民政局", (50, 140)),
    Establishment("水文中心", INSTITUTION, "", (25, 60), chain="水文"),
    Establishment("实验小学", SCHOOL, "教育局", (90, 200)),
    Establishment("总工会", MASS, "", (25, 50)),
    Establishment("司法局", ORGAN, "", (40, 80)),
    Establishment("强制隔离戒毒所", ORGAN, "司法局", (90, 180), canteen=APART),
    Establishment("农业农村局", ORGAN, "", (60, 120)),
    Establishment("农业科学研究所", INSTITUTION, "农业农村局", (60, 150)),
    Establishment("中医医院", HOSPITAL, "卫生健康委员会", (400, 1100)),
    Establishment("妇幼保健院", HOSPITAL, "卫生健康委员会", (300, 900)),
    Establishment("疾病预防控制中心", INSTITUTION, "卫生健康委员会", (90, 200)),
    Establishment("职业技术学校", SCHOOL, "教育局", (140, 320)),
    Establishment("市场监督管理局", ORGAN, "", (80, 180)),
    Establishment("文化广电和旅游局", ORGAN, "", (40, 80)),
    Establishment("图书馆", INSTITUTION, "文化广电和旅游局", (25, 60)),
    Establishment("妇女联合会", MASS, "", (15, 30)),
    Establishment("共青团{}委员会", MASS, "", (15, 30)),
    Establishment("水利局", ORGAN, "", (40, 80)),
    Establishment("林业局", ORGAN, "", (40, 90)),
    Establishment("特殊教育学校", SCHOOL, "教育局", (40, 90)),
)

COUNTY = (
    Establishment("教育局", ORGAN, "", (30, 60)),
    Establishment("第一中学", SCHOOL, "教育局", (140, 320)),
    Establishment("卫生健康局", ORGAN, "", (25, 50)),
    Establishment("人民医院", HOSPITAL, "卫生健康局", (300, 900)),
    Establishment("机关事务服务中心", INSTITUTION, "", (15, 40), canteen=HOST),
    Establishment("公安局", ORGAN, "", (120, 320)),
    Establishment("看守所", ORGAN, "公安局", (30, 70), canteen=APART),
    Establishment("生态环境局", ORGAN, "", (20, 45), chain="生态环境"),
    Establishment("实验小学", SCHOOL, "教育局", (70, 160)),
    Establishment("财政局", ORGAN, "", (30, 70)),
    Establishment("民政局", ORGAN, "", (15, 35)),
    Establishment("社会福利院", INSTITUTION, "民政局", (20, 70)),
    Establishment("公路养护中心", INSTITUTION, "", (25, 80), chain="公路"),
    Establishment("机关幼儿园", SCHOOL, "教育局", (30, 70)),
    Establishment("司法局", ORGAN, "", (25, 55)),
    Establishment("农业农村局", ORGAN, "", (40, 90)),
    Establishment("农业技术推广中心", INSTITUTION, "农业农村局", (25, 70)),
    Establishment("中医医院", HOSPITAL, "卫生健康局", (120, 420)),
    Establishment("妇幼保健院", HOSPITAL, "卫生健康局", (80, 260)),
    Establishment("疾病预防控制中心", INSTITUTION, "卫生健康局", (30, 70)),
    Establishment("总工会", MASS, "", (10, 24)),
    Establishment("职业技术学校", SCHOOL, "教育局", (60, 180)),
    Establishment("水利局", ORGAN, "", (25, 60)),
    Establishment("供水有限责任公司", ENTERPRISE, "", (60, 180)),
    Establishment("市场监督管理局", ORGAN, "", (50, 130)),
    Establishment("林业局", ORGAN, "", (25, 70)),
    Establishment("国有林场", INSTITUTION, "林业局", (30, 120)),
    Establishment("妇女联合会", MASS, "", (8, 16)),
    Establishment("共青团{}委员会", MASS, "", (8, 16)),
    Establishment("图书馆", INSTITUTION, "", (8, 20)),
    Establishment("特殊教育学校", SCHOOL, "教育局", (20, 50)),
)

MUNICIPAL_NAMES = {"教育厅": "教育委员会", "交通运输厅": "交通委员会"}

TRADES = "交通 水利 农业 林业 建设 机电 电力 商贸 旅游 工业 财经 体育 艺术 师范 卫生 化工".split()


def municipal(establishment: Establishment) -> Establishment:
    """Return a province's establishment as a municipality calls it (局 instead of 厅)."""

    def renamed(name: str) -> str:
        return MUNICIPAL_NAMES.get(name, name.removesuffix("厅") + "局" * name.endswith("厅"))

    name, parent = renamed(establishment.name), renamed(establishment.parent)
    return establishment._replace(name=name, parent=parent)


def colleges(department: str) -> Iterator[Establishment]:
    """Yield the further schools and hospitals of a province or prefecture, not without end."""
    for trade in TRADES:
        yield Establishment(f"{trade}职业技术学院", SCHOOL, department, (180, 620))
    for number in range(2, 9):
        yield Establishment(f"{ordinal(number)}人民医院", HOSPITAL, "卫生健康委员会", (300, 1200))
    for number in range(2, 25):
        yield Establishment(f"{ordinal(number)}中学", SCHOOL, department, (120, 320))
    for trade in TRADES:
        yield Establishment(f"{trade}技工学校", SCHOOL, "", (80, 240))


def towns(order: list[str]) -> Iterator[Establishment]:
    """Yield what each town of a county has, then numbered schools without end."""
    for town in order:
        yield Establishment(f"{town}镇人民政府", ORGAN, "", (35, 90), "", APART, township=True)
        yield Establishment(f"{town}镇中心小学", SCHOOL, "教育局", (40, 110))
        yield Establishment(f"{town}镇初级中学", SCHOOL, "教育局", (50, 130))
        yield Establishment(f"{town}镇中心卫生院", HOSPITAL, "卫生健康局", (25, 80))
        yield Establishment(f"{town}镇中心幼儿园", SCHOOL, "教育局", (12, 36))
    for number in count(2):
        yield Establishment(f"{ordinal(number)}小学", SCHOOL, "教育局", (50, 140))
        yield Establishment(f"{ordinal(number)}中学", SCHOOL, "教育局", (80, 220))
        yield Establishment(f"{ordinal(number)}幼儿园", SCHOOL, "教育局", (18, 50))
