"""The calls of the demo in words: kinds and markets from the press release of 2021-05-25."""

from __future__ import annotations

from dataclasses import dataclass, field

from programs.models import QuestionKind, SelectionMode, TieRule

#: kind of answer, question, in English, hint, list, needed
Asked = tuple[str, str, str, str, list[str], bool]


@dataclass(frozen=True)
class Call:
    """``opens`` and ``closes`` are days from today; ``applied`` how many businesses applied."""

    kind: str
    title: str
    title_en: str
    summary: str
    summary_en: str
    body: str
    opens: int
    closes: int
    quota: int
    reserve: int = 0
    applied: int = 0
    selection: str = ""
    runs: tuple[int, int] | None = None
    results: int | None = None
    state: str = "published"
    partner: str = ""
    districts: list[str] = field(default_factory=list)
    by_district: dict[str, int] = field(default_factory=dict)
    once_a_year: bool = False
    repeat_percent: int | None = None
    most_months: int | None = None
    questions: list[Asked] = field(default_factory=list)
    #: name, in English, what is looked at, weight
    criteria: list[tuple[str, str, str, int]] = field(default_factory=list)
    applied_for: list[str] = field(default_factory=list)


_HOME = ["27", "47"]
_TIES = [TieRule.FIRST_CRITERION, TieRule.NEVER_SUPPORTED, TieRule.EARLIER]
TIES = [str(rule) for rule in _TIES]
_LINE, _TEXT, _CHOICE = QuestionKind.LINE, QuestionKind.TEXT, QuestionKind.CHOICE
_WHY: Asked = (_TEXT, "지원하는 까닭", "Why do you apply?", "세 문장이면 됩니다.", [], True)
_SHOP: Asked = (
    _LINE,
    "지금 파는 온라인 매장",
    "Where do you sell online now?",
    "없으면 비워 두십시오.",
    [],
    False,
)
_GOODS: Asked = (
    QuestionKind.PRODUCTS,
    "알리고 싶은 상품",
    "Which products are to be shown?",
    "촬영할 상품을 적어 주십시오. 사진이 있으면 기획이 빨라집니다.",
    [],
    True,
)
LIVE_CRITERIA = [
    ("상품 경쟁력", "Strength of the product", "품질, 가격, 차별점", 40),
    ("온라인 판매 준비", "Readiness to sell online", "재고, 배송, 상세페이지", 30),
    ("참여 의지", "Commitment", "방송 준비와 사후 관리 계획", 30),
]
MARKETS = [
    "동서시장",
    "대명시장",
    "서변중앙시장",
    "와룡시장",
    "서남신시장",
    "월배신시장",
    "서문시장5지구",
]
STREETS = [
    "구지상가",
    "터미널30길상점가",
    "동대구신시장",
    "동천역상가",
    "북성로상점가",
    "원고개시장",
    "월배신시장",
    "성서아울렛타운",
    "두류젊음의광장",
]

CALLS = [
    Call(
        "live_commerce",
        "설맞이 라이브커머스 참여 업체 모집",
        "Live commerce for the New Year holidays",
        "쇼호스트와 함께 센터 스튜디오에서 60분 방송을 준비하고 진행합니다.",
        "Prepare and hold a 60-minute show with a host in our studio.",
        "<h2>지원 내용</h2><ul><li>사전 컨설팅 2회와 연출 회의</li><li>큐시트 작성과 리허설</li><li>쇼호스트, 촬영·송출, 방송 편성</li></ul><h2>참여 조건</h2><p>온라인에서 팔 수 있는 <strong>소비재 완제품</strong>을 직접 만들거나 파는 사업체가 신청합니다. 주류, 의약품, 외산품, 원·부자재는 제외합니다.</p>",
        -11,
        3,
        12,
        reserve=4,
        applied=9,
        runs=(24, 52),
        results=10,
        partner="대구MBC",
        districts=_HOME,
        repeat_percent=20,
        questions=[
            _WHY,
            (
                _CHOICE,
                "희망하는 방송 시간대",
                "When would you go on air?",
                "",
                ["오전", "오후", "저녁"],
                True,
            ),
            _SHOP,
        ],
        criteria=LIVE_CRITERIA,
    ),
    Call(
        "education",
        "상세페이지 사진, 휴대전화로 끝내기",
        "Product photos with your phone",
        "조명과 구도만 바꿔 그날 바로 쓸 사진을 찍습니다.",
        "Take photos you can use the same day, with light and framing alone.",
        "<p>하루 3시간씩 두 번, 팔 물건을 가져와 직접 찍고 고칩니다.</p><ul><li>1회차: 빛과 배경, 촬영 실습</li><li>2회차: 보정과 상세페이지 올리기</li></ul><p>휴대전화와 상품 한두 가지를 가져오십시오.</p>",
        -5,
        9,
        20,
        reserve=10,
        applied=17,
        runs=(14, 21),
        partner="경북대학교",
    ),
    Call(
        "consulting",
        "디지털커머스 1:1 종합컨설팅",
        "One-to-one consulting",
        "상세페이지, 광고, 배송까지 전문가가 사업장에 맞춰 살펴봅니다.",
        "An expert looks at your product page, advertising and delivery.",
        "<p>희망하는 시간 세 개를 보내시면 분야에 맞는 전문가를 배정합니다. 한 사업체가 한 해에 세 번까지 이용할 수 있습니다.</p>",
        -30,
        45,
        60,
        reserve=20,
        applied=14,
        partner="경북대학교",
        questions=[
            (
                _CHOICE,
                "상담 분야",
                "Subject",
                "",
                ["온라인 입점", "상세페이지", "광고·SNS", "배송·고객 응대", "세무·법률"],
                True,
            ),
            (_TEXT, "궁금한 점", "Your question", "지금 상황을 함께 적어 주십시오.", [], True),
        ],
    ),
    Call(
        "social_media",
        "SNS 마케팅 콘텐츠 제작 지원",
        "Content for social media",
        "짧은 영상 세 편과 사진 스무 장을 함께 기획하고 제작합니다.",
        "Three clips and twenty photos, planned and made together.",
        "<p>기획 회의 1회, 촬영 1일, 편집본 제공. 게시와 광고 집행 방법까지 알려 드립니다.</p>",
        -3,
        18,
        15,
        reserve=5,
        applied=6,
        runs=(30, 90),
        results=25,
        once_a_year=True,
        questions=[_WHY, _GOODS, _SHOP],
        criteria=LIVE_CRITERIA,
    ),
    Call(
        "exhibition_online",
        "봄맞이 온라인 기획전 입점 업체 모집",
        "Online exhibition in spring",
        "제휴 쇼핑몰 기획전에 함께 입점해 할인과 광고를 지원받습니다.",
        "Sell together in a partner mall, with discounts and advertising paid for.",
        "<p>상품 심사를 거쳐 입점하며, 판매 기간이 끝나면 사업체별로 정산합니다.</p>",
        6,
        27,
        40,
        reserve=10,
        runs=(60, 90),
        results=35,
        partner="인터파크",
        districts=_HOME,
        questions=[_WHY],
        criteria=LIVE_CRITERIA,
    ),
    Call(
        "exhibition_offline",
        "대구종합유통단지 소상공인 장터",
        "Merchants' fair at the trade complex",
        "이틀 동안 부스와 진열대, 안내 방송을 지원합니다.",
        "A booth, shelves and announcements for two days.",
        "<p>유통단지 광장에서 이틀 동안 엽니다. 부스 배정은 업종을 고려해 센터가 정합니다.</p>",
        -35,
        -4,
        30,
        reserve=5,
        applied=24,
        runs=(20, 21),
        results=6,
        questions=[_WHY],
        criteria=LIVE_CRITERIA,
    ),
    Call(
        "smart_shop",
        "스마트슈퍼 육성사업",
        "Smart neighbourhood shops",
        "무인 계산대와 출입 인증 장치를 갖춥니다. 수성구, 달서구, 달성군 각 10곳.",
        "Unattended tills and entry: ten shops each of Suseong, Dalseo and Dalseong.",
        "<p>점포마다 무인 계산대, 출입 인증 장치, 보안 설비를 지원합니다.</p>",
        -2,
        21,
        30,
        reserve=9,
        applied=19,
        selection=SelectionMode.FIRST_COME,
        runs=(40, 160),
        districts=["27260", "27290", "27710"],
        by_district={"27260": 10, "27290": 10, "27710": 10},
    ),
    Call(
        "smart_street",
        "스마트 시범상가 구축사업",
        "Smart shopping streets",
        "골목상권과 시장에 스마트오더, 키오스크, 스마트미러를 들입니다.",
        "Smart orders, kiosks and mirrors for whole streets.",
        "<p>상인회가 상인 한 분의 사업체로 신청합니다. 서문야시장, 칠성야시장, 와룡시장에 이어 아홉 곳을 지원합니다.</p>",
        -60,
        -20,
        9,
        applied=9,
        runs=(10, 200),
        results=4,
        districts=["27"],
        criteria=LIVE_CRITERIA,
        applied_for=STREETS,
    ),
    Call(
        "education",
        "세무 기초: 온라인 매출 신고하기",
        "Tax basics for online sales",
        "추첨으로 열두 곳을 모십니다.",
        "Twelve businesses drawn by lot.",
        "<p>부가가치세와 종합소득세 신고를 온라인 매출 중심으로 배웁니다.</p>",
        -8,
        5,
        12,
        reserve=4,
        applied=18,
        selection=SelectionMode.LOTTERY,
        runs=(15, 15),
        results=7,
    ),
    Call(
        "live_commerce",
        "연말 라이브커머스 참여 업체 모집",
        "Live commerce at the end of the year",
        "연말 기획 방송에 함께할 열 곳을 모십니다.",
        "Ten businesses for the shows at the end of the year.",
        "<p>평가위원 세 명이 따로 채점합니다. 최고점과 최저점을 뺀 평균으로 순위를 정합니다.</p>",
        -24,
        -4,
        6,
        reserve=2,
        applied=12,
        runs=(20, 40),
        results=6,
        partner="대구MBC",
        districts=_HOME,
        repeat_percent=50,
        questions=[_WHY, _SHOP],
        criteria=LIVE_CRITERIA,
    ),
    Call(
        "education",
        "숏폼 영상 하루 완성",
        "A short clip in one day",
        "추첨으로 여덟 곳을 모셨습니다.",
        "Eight businesses drawn by lot.",
        "<p>휴대전화로 찍고 자막을 넣어 그날 올립니다.</p>",
        -30,
        -6,
        8,
        reserve=3,
        applied=21,
        selection=SelectionMode.LOTTERY,
        runs=(9, 9),
        results=-5,
    ),
]
