"""The words of a printed ticket, Chinese and English; a print is in one language.

They stand here and not among the translations of the pages, because the program at the scale
prints the same ticket without them.
"""

from collections.abc import Mapping
from types import MappingProxyType

LANGUAGES = ("zh", "en")

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "ticket": ("过磅单", "Weighing ticket"),
        "ticket_no": ("磅单号", "Ticket no."),
        "original": ("正本", "original"),
        "copy": ("副本 COPY %(n)s", "COPY %(n)s"),
        "view": ("屏幕显示，不是打印件", "on the screen, not a print"),
        "version": ("第 %(n)s 版", "version %(n)s"),
        "void": ("作废", "VOID"),
        "void_note": (
            "此号已取用并作废，保留在案，号码不缺不重。",
            "The number was drawn and is void; it stays on record so that the series has no gap.",
        ),
        "simulated": ("模拟数据 SIMULATED", "SIMULATED DATA"),
        "gross": ("毛重", "Gross"),
        "tare": ("皮重", "Tare"),
        "net": ("净重 = 毛重 − 皮重", "Net = gross − tare"),
        "net_short": ("净重", "Net"),
        "check": ("复磅", "Check weighing"),
        "not_weighed": ("未称重 NOT WEIGHED", "NOT WEIGHED"),
        "not_stated": ("未填", "not stated"),
        "none": ("无", "none"),
        "LIVE": ("仪表读数", "from the indicator"),
        "SIM": ("模拟 SIM", "SIM, simulated"),
        "REPLAY": ("回放 REPLAY", "REPLAY, replayed"),
        "MANUAL": ("人工录入 MANUAL", "MANUAL, typed"),
        "stored_tare": ("存储皮重，%(on)s 测得", "stored tare, found on %(on)s"),
        "other_day": (
            "毛重与皮重不在同一天",
            "gross and tare were weighed on different days",
        ),
        "goods": ("车辆与货物", "Truck and goods"),
        "plate": ("车号", "Plate"),
        "way": ("出入类型", "Direction"),
        "RECEIVING": ("进货", "received"),
        "LOADING": ("出货", "sent"),
        "UNLOADING": ("卸货", "unloaded"),
        "seller": ("发货", "Seller"),
        "buyer": ("收货", "Buyer"),
        "carrier": ("承运", "Carrier"),
        "driver": ("司机", "Driver"),
        "material": ("货名", "Goods"),
        "scrap": ("再生钢铁原料", "recycled steel raw material"),
        "heavy": ("重型废钢", "heavy scrap"),
        "medium": ("中型废钢", "medium scrap"),
        "light": ("小型废钢", "light scrap"),
        "shredded": ("破碎料", "shredded scrap"),
        "baled": ("打包块", "baled scrap"),
        "bales": ("打包块", "bales"),
        "turnings": ("切屑", "turnings"),
        "alloy": ("合金钢", "alloy steel scrap"),
        "cast": ("铸铁", "cast iron scrap"),
        "mixed": ("统料", "mixed scrap"),
        "grade": ("规格", "Grade"),
        "lot": ("料批", "Lot"),
        "booking": ("预约", "Booking"),
        "radiation": ("放射性检测", "Radiation check"),
        "radiation_OK": ("合格", "passed"),
        "radiation_NORM_RELEASE": ("天然放射性，放行", "natural radioactivity, released"),
        "radiation_HOLD": ("隔离", "held"),
        "radiation_NOTIFY": ("已报环保部门", "authority notified"),
        "settled": ("结算重量", "Settlement mass"),
        "lines": ("分项", "Lines of the load"),
        "rejected": ("拒收", "Rejected"),
        "residual": ("车上余料", "Left on the truck"),
        "accepted": ("接收量", "Accepted"),
        "deducted": ("扣杂合计", "Deductions in all"),
        "deductions": ("扣重扣杂", "Deductions"),
        "rejected_reason": ("拒收原因", "Rejected because"),
        "price": ("单价、金额、结算编号", "Price, amount, settlement"),
        "price_elsewhere": ("见结算单", "on the settlement"),
        "fee": ("过磅费", "Weighing fee"),
        "instrument": ("衡器与人员", "Instrument and people"),
        "scale": ("磅号", "Scale"),
        "scale_gross": ("毛重磅号", "Scale of the gross"),
        "scale_tare": ("皮重磅号", "Scale of the tare"),
        "scale_line": (
            "最大 %(max)s kg，e = %(e)s kg，%(class)s 级",
            "Max %(max)s kg, e = %(e)s kg, class %(class)s",
        ),
        "certificate": ("检定证书", "Certificate"),
        "valid_to": ("有效期至 %(on)s", "valid to %(on)s"),
        "alibi": ("仪表存储号", "Record of the indicator"),
        "weigher_gross": ("毛重司磅员", "Weigher, gross"),
        "weigher_tare": ("皮重司磅员", "Weigher, tare"),
        "witness": ("监磅", "Witness"),
        "inspector": ("判级员", "Inspector"),
        "engine": ("图像引擎（自动判级）", "image engine (automatic)"),
        "remarks": ("备注", "Remarks"),
        "flags": ("控制提示", "Controls"),
        "flag": ("%(pass)s %(control)s %(outcome)s", "%(pass)s %(control)s %(outcome)s"),
        "corrected": ("更正原因", "Corrected because"),
        "prints": ("打印次数", "Prints"),
        "printed": ("%(at)s，%(by)s", "%(at)s, %(by)s"),
        "photographs": ("%(n)s 张照片", "%(n)s photographs"),
        "no_photograph": ("无照片", "no photograph"),
        "issued": ("开具", "Issued"),
        "scan": ("扫码核验、确认或提出异议", "scan to verify, confirm or dispute"),
        "code": ("卖方确认码", "Seller's code"),
        "code_note": (
            "卖方扫码后输入此码；本打印件有效，用一次。不答复不视为确认。",
            "Scan and enter it: good for this print, once. Silence is never taken for a yes.",
        ),
        "verify": ("核验", "Verify"),
        "sign_seller": ("卖方签字、日期", "seller: signature, date"),
        "sign_weigher": ("司磅员签字、日期", "weigher: signature, date"),
        "KG": ("扣重", "mass"),
        "IMPURITY": ("扣杂", "impurity"),
        "PCT": ("扣率", "share"),
        "MOISTURE": ("扣水", "moisture"),
        "free": ("允许 %(free)s", "%(free)s free"),
        "reason_SOIL": ("泥土渣土", "soil"),
        "reason_NONMETAL": ("非金属杂质", "rubber, wood, plastics"),
        "reason_OIL": ("油污", "oil"),
        "reason_MOISTURE": ("含水", "water"),
        "reason_PLAIN": ("其他金属", "other metal"),
        "reason_DOUBLE": ("翻倍金属杂", "ore, slag"),
        "reason_ADULTERATION": ("人为掺杂", "deliberate filling"),
        "reason_OTHER": ("其他", "other"),
    }
)
"""By key: Chinese, English."""


def word(key: str, language: str, **values: object) -> str:
    """The word for ``key`` with its places filled; a code without a word stands for itself."""
    known = WORDS.get(key)
    if known is None:
        return key
    text = known[LANGUAGES.index(language)]
    return text % values if values else text
