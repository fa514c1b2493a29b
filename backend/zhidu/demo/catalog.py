"""What the demonstration company sells."""

from decimal import Decimal

from zhidu.catalog import products
from zhidu.demo.company import PRODUCT_KEEPER
from zhidu.demo.year import Year
from zhidu.policy import duties

# (article, name, category, unit, yuan, set up by tech, exemption from the seven-day right, what it is)
PRODUCTS = (
    ("YQ-L10", "智能门锁 L10", "智能门锁", "把", 1299, False, None, "指纹、密码、刷卡三合一，适配木门与防盗门。"),
    ("YQ-L20", "智能门锁 L20 猫眼版", "智能门锁", "把", 1999, False, None, "带可视猫眼，逗留告警，手机远程查看。"),
    ("YQ-L30", "智能门锁 L30 人脸版", "智能门锁", "把", 2899, False, None, "三维人脸识别，离线也能开门。"),
    ("YQ-L90", "公寓门锁 L90", "智能门锁", "把", 899, True, None, "面向公寓与酒店，集中发卡与租期管理。"),
    ("YQ-G01", "全屋智能网关", "全屋智能", "台", 699, True, None, "连接门锁、窗帘、照明与传感器，断网仍可联动。"),
    ("YQ-G10", "全屋智能套装 三居", "全屋智能", "套", 16800, True, None, "网关、面板、传感器与安装调试，适合三居室。"),
    ("YQ-G20", "全屋智能套装 别墅", "全屋智能", "套", 48600, True, None, "四层以内别墅，含现场勘测与方案设计。"),
    ("YQ-P01", "智能开关面板", "全屋智能", "个", 259, False, None, "零火线通用，金属边框，四键自定义场景。"),
    ("YQ-S01", "人体存在传感器", "全屋智能", "个", 189, False, None, "毫米波，坐着不动也能感知。"),
    ("YQ-C10", "电动窗帘电机", "窗帘", "套", 880, True, None, "静音直流电机，含轨道与安装。"),
    ("YQ-C20", "遮光窗帘布 定制", "窗帘", "平方米", 128, False, "custom-made", "按窗户尺寸裁剪，高温定型。"),
    ("YQ-C30", "电动百叶帘 定制", "窗帘", "平方米", 460, False, "custom-made", "铝合金叶片，按尺寸制作。"),
    ("YQ-H10", "护眼吸顶灯", "照明", "盏", 599, False, None, "全光谱，无频闪，可调色温。"),
    ("YQ-H20", "磁吸轨道灯 套装", "照明", "套", 1680, False, None, "十二米轨道与八只灯头，免工具更换。"),
    ("YQ-H30", "智能台灯", "照明", "台", 329, False, None, "自动调光，坐姿提醒。"),
    ("YQ-B10", "天然乳胶床垫 1.5 米", "床垫", "张", 3980, False, None, "七区支撑，可拆洗外套。"),
    ("YQ-B20", "独立弹簧床垫 1.8 米", "床垫", "张", 5280, False, None, "静音独立袋装弹簧，两面软硬可选。"),
    ("YQ-W10", "反渗透净水器 600G", "净水", "台", 2199, True, None, "一杯水约八秒，滤芯自行更换。"),
    ("YQ-W11", "净水器复合滤芯", "净水", "支", 299, False, "by-nature", "适配 600G 净水器，建议十二个月更换。"),
    ("YQ-K10", "定制衣柜", "定制柜", "平方米", 980, True, "custom-made", "环保板材，按图纸生产，含安装。"),
    ("YQ-K20", "定制橱柜", "定制柜", "延米", 1680, True, "custom-made", "石英石台面，阻尼五金，含安装。"),
    ("YQ-X10", "新风系统 200 风量", "净水", "套", 6800, True, None, "全热交换，三层过滤，含管道设计。"),
    ("YQ-Z10", "上门勘测与方案设计", "服务", "次", 300, False, "by-nature", None),
    ("YQ-Z20", "延长保修一年", "服务", "份", 199, False, "digital", None),
)


async def list_products(year: Year) -> None:
    """The product department registers them; two have no sheet yet."""
    for sku, name, category, unit, yuan, needs_setup, exemption, description in PRODUCTS:
        page = None if description is None else f"https://www.yunqi-home.example/products/{sku.lower()}"
        await year.do(
            PRODUCT_KEEPER, duties.CREATE_PRODUCT, products.register, sku=sku, name=name, category=category, unit=unit,
            price_fen=yuan * 100, tax_rate=Decimal(13), needs_setup=needs_setup, return_exemption=exemption,
            description=description, website=page,
        )  # fmt: skip
