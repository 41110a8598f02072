"""Names of people and places that stand for nobody, and telephone numbers that nobody has."""

from random import Random

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高梁郑谢宋唐许韩冯邓曹彭曾肖田董潘蒋蔡余杜韦覃"
GIVEN_FIRST = "志建文晓国海春玉丽秀明永家德立红金世思宗雪佳子雨若"
GIVEN_SECOND = "华军平英强芳伟敏辉玲勇霞斌燕涛娟鹏萍杰琳峰梅波兰刚"

TOWNS = (
    "城关 河口 新安 太平 龙泉 石桥 大河 三江 永安 福兴 双河 白沙 青山 柳林 平安 东风 "
    "红旗 和平 新民 长坡 沙坪 清溪 茶山 古城 金山 银河 南屏 北山 西坪 东坝 上坪 下坝 "
    "高桥 马场 牛栏 羊角 鹿鸣 鹤山 凤凰 麒麟 玉泉 温泉 桃源 杏花 梅林 松岭 竹园 兰溪 "
    "荷塘 桂花 枫树 榆树 槐荫 杨柳 樟木 泉水 月亮 星光 云台 雾岭"
).split()

BRANDS = (
    "绿源 丰泽 山禾 田园 金穗 禾味 青禾 沃野 山泉 云岭 百草 春晖 瑞丰 兴农 惠民 同心 "
    "乡味 老寨 秋实 新禾 土香 甘露 晨露 川源 阳坡 半山 清泉 高山 丰年 喜禾 德润 康源"
).split()

DIGITS = "零一二三四五六七八九"


def person(rng: Random) -> str:
    """Return a name of two or three characters."""
    middle = rng.choice(GIVEN_FIRST) if rng.random() < 0.7 else ""
    return rng.choice(SURNAMES) + middle + rng.choice(GIVEN_SECOND)


def telephone(rng: Random) -> str:
    """Return a mobile number of one block, 199-0000, so that all of them show as made up."""
    return f"1990000{rng.randrange(10_000):04d}"


def ordinal(number: int) -> str:
    """Return 第一, 第十二, 第一百零五 …, for 1 to 999."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        words += "十" if tens == 1 and not hundreds else f"{DIGITS[tens]}十"
    elif hundreds and ones:
        words += DIGITS[0]
    return "第" + words + (DIGITS[ones] if ones else "")


def company_name(rng: Random, place: str, trade: str) -> str:
    """Return place, a brand of three characters and the trade: 凌云县绿源禾食品有限公司."""
    first, second = rng.sample(BRANDS, 2)
    return f"{place}{first}{second[-1]}{trade}"
