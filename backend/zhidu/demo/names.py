"""Invented people, companies and wishes: who might buy from the demonstration company."""

from dataclasses import dataclass
from random import Random

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严金魏陶姜戚谢邹柏窦章苏潘葛范彭鲁韦马苗方俞任袁柳"
_FIRST = "子雨思浩文佳晓志明嘉欣梓俊宇诗若一天梦海新永建小安立春国"
_SECOND = "涵轩怡然宁辰琪杰远航博瑶琳悦彤凯峰晨阳雪雯霖岚洁舟帆兰芸"
REGIONS = (
    ("浙江省杭州市", 20), ("浙江省宁波市", 9), ("上海市", 16), ("江苏省苏州市", 9), ("江苏省南京市", 8),
    ("广东省深圳市", 11), ("广东省广州市", 8), ("北京市", 9), ("四川省成都市", 6), ("湖北省武汉市", 4),
)  # fmt: skip
_STREETS = ("文三路", "解放路", "人民中路", "滨江大道", "科技园路", "学府街", "新华路", "和平路", "湖滨路", "春晓街")
_BRANDS = (
    "启航", "云帆", "蓝海", "金桥", "盛泽", "恒信", "嘉禾", "立新", "远景", "宏图", "锦程", "安居", "泊舍",
    "青藤", "木可", "栖舍", "悦居", "景润", "瑞和", "汇丰源", "星野", "合众", "明筑", "天工", "筑梦", "匠心",
    "同创", "优家", "佳境", "东篱",
)  # fmt: skip
_TRADES = (
    ("公寓管理", "租赁住房"), ("装饰工程", "装修"), ("酒店管理", "酒店"), ("置业", "房地产"), ("科技", "软件"),
    ("贸易", "批发"), ("物业服务", "物业"), ("家居", "零售"), ("餐饮管理", "餐饮"), ("设计", "设计"),
)  # fmt: skip
_TITLES = ("采购经理", "总经理", "行政主管", "项目经理", "工程部经理", "店长", "副总", "设计师")
_WISHES = (
    ("智能门锁", "新房交付，想给大门换智能门锁，请报价", 1, 3),
    ("智能门锁", "老小区换锁，要带猫眼的", 1, 2),
    ("全屋智能", "三居室做全屋智能，想先到店体验，再出报价", 12, 30),
    ("全屋智能", "正在装修，想了解网关和面板", 2, 8),
    ("窗帘", "客厅和主卧换电动窗帘", 2, 6),
    ("照明", "无主灯设计，要磁吸轨道灯", 2, 5),
    ("床垫", "想要乳胶床垫，能不能试睡", 4, 6),
    ("净水", "厨房装净水器，问安装时间", 2, 3),
    ("定制柜", "衣柜和橱柜一起定制，请上门量尺", 15, 40),
)  # fmt: skip
_BUSINESS = (
    ("智能门锁", "公寓 60 间，集中采购门锁，请报价并说明发卡方式", 50, 90),
    ("全屋智能", "样板间做全屋智能，月底前要报价", 20, 60),
    ("窗帘", "酒店改造，电动窗帘约 80 套", 40, 80),
    ("照明", "门店照明改造，需要方案和报价", 8, 25),
    ("净水", "办公室净水器 6 台，含安装", 12, 18),
    ("床垫", "民宿 20 间换床垫", 60, 110),
)  # fmt: skip
PAGES = ("/", "/products/yq-l20", "/products/yq-g10", "/case", "/store", "/products/yq-c10", "/booking", "/b2b")


@dataclass(frozen=True, slots=True)
class Prospect:
    """Somebody who might buy."""

    name: str
    company: str | None
    industry: str | None
    title: str | None
    region: str
    address: str
    phone: str
    email: str | None
    need: str | None
    product_interest: str | None
    budget_fen: int | None
    worth_fen: int


def prospect(chance: Random, number: int, *, business: float) -> Prospect:
    """Somebody new; `number` makes the telephone unique."""
    name = chance.choice(SURNAMES) + chance.choice(_FIRST) + (chance.choice(_SECOND) if chance.random() < 0.75 else "")
    region = chance.choices([region for region, _ in REGIONS], [weight for _, weight in REGIONS])[0]
    company = industry = title = None
    is_business = chance.random() < business
    if is_business:
        trade, industry = chance.choice(_TRADES)
        city = region.removesuffix("市").rpartition("省")[2]
        company = f"{city}{chance.choice(_BRANDS)}{trade}有限公司"
        title = chance.choice(_TITLES)
    product, need, low, high = chance.choice(_BUSINESS if is_business else _WISHES)
    says = chance.random() < 0.72
    worth = round(chance.uniform(low, high), 1) * 1000_00
    return Prospect(
        name=name, company=company, industry=industry, title=title, region=region,
        address=f"{region}{chance.choice(_STREETS)} {chance.randint(1, 399)} 号{chance.randint(1, 28)} 室",
        # No number of a real range is needed to tell people apart: 139 0000 and four digits.
        phone=f"1390000{number * 7919 % 8000:04d}",
        email=f"guest{number:04d}@mail.example" if chance.random() < (0.97 if is_business else 0.9) else None,
        need=need if says else None, product_interest=product if says or chance.random() < 0.5 else None,
        budget_fen=round(worth) if says and chance.random() < (0.7 if is_business else 0.3) else None,
        worth_fen=round(worth),
    )  # fmt: skip
