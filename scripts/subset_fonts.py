"""Cut the Pretendard GOV webfonts into pieces that pages load as they need them.

Reads the two weights of the npm package `krds-uiux`, writes `static/fonts/*.woff2`,
their notice and `static/css/fonts.css`; a second run with the same inputs does
nothing. An ordinary Korean page needs `latin` and `core` only.
"""

import hashlib
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
SOURCES = STATIC / "node_modules" / "krds-uiux" / "resources" / "fonts"
CATALOGUE = ROOT / "locale" / "ko" / "LC_MESSAGES" / "django.po"
FONTS = STATIC / "fonts"
STYLESHEET = STATIC / "css" / "fonts.css"
NOTICE = FONTS / "NOTICE.txt"

WEIGHTS = {400: "Regular", 700: "Bold"}
HANGUL = range(0xAC00, 0xD7A4)
FINALS = 28  # a syllable's code point modulo this tells its final consonant
PLAIN_FINALS = frozenset({0, 1, 4, 8, 16, 17, 19, 21})  # none, ㄱ ㄴ ㄹ ㅁ ㅂ ㅅ ㅇ
EUC_KR_WIDTH = 2  # bytes of a KS X 1001 syllable; Python spells the others in 8
COMMON_PIECES = 5  # over the syllables with a plain final
LATIN = (
    *range(0x20, 0x7F),
    *(0xA0, 0xA9, 0xAB, 0xAE, 0xB0, 0xB1, 0xB7, 0xBB, 0xD7, 0xF7),
    *range(0x2010, 0x2040),
    *(0x20A9, 0x2190, 0x2191, 0x2192, 0x2193, 0x2212),
    *(0x25A0, 0x25A1, 0x25CB, 0x25CF, 0x2713, 0x300C, 0x300D, 0x321C),
)
NOTICE_NAMES = (0, 7, 13, 14)  # copyright, trademark, licence, address of the licence

# The syllables met most often in Korean interfaces and prose.
FREQUENT = (
    "가각간갈감갑값갔강같개객거건걸검것게겠결경계고곧골곱곳공과관광교구국군권"
    "귀규균그극근글금급기긴길김까껏껐께꼭꼼꾸끄끔끝나난날남납낮내낸냈냐너넌널"
    "넓넣네년노녹높놓누뉴는늘능늦니님다단닫달담답당닿대더던덜데델도돕동됐되된"
    "됨됩두둘뒤드든들등디딘딩따딱딴때땐또똑뛰라락란람랑래램랫략량러런럼레렉려"
    "력련렸령로록료루룸룹류률르른를름릅리린림릿링마막만많말망맞맡매맨맺머메며"
    "면명몇모목몰못무묶문물미민밀및밑바박반받발밤방배백버번벌범법벗베벤벨변별"
    "볍보복본볼봤부북분붙뷰브블비빈빠빨뿐사삭산살상새색생서석선설섰성세센셀셔"
    "션셜소속송수숙순술숫쉼스슬습승시식신실심십써쓰씨씩아안앉않알암았앙앞애액"
    "앱야약양어억언엄업없었에엔여역연열였영예오옥온올옵와완왔외왼요용우운울움"
    "웃원월웨웹위윈유육윤율으은을음응의이익인일읽잃임입있잊자작잔잘잠장재쟁저"
    "적전절점접정제젝젯졌조족존종좋좌죠주준줄중줬즈증지직진질집짜짧째쪽찜차착"
    "참찼창찾채처천철첫청체쳐쳤초촌총촬최추축출충취츠측층치칙칠침카커컨컬컴케"
    "켜켰코콘쿠큐크큰클키킹타탄탈태택탭터털테텍텐템텝토톡통퇴투툴튜트특튼틀티"
    "틸팀팁팅파판패퍼페편평폐포폰폼표품풋프픈플피핀필하학한할함합항해했행향허"
    "험헤혀현협형호혼홀홈홍화확환활황회획횟효후훈휴흘희히힘"
)
# Beyond those: syllables of Korean shop, product, place and family names.
NAMES = (
    "갖겨격견겹곡곰곽괴굴굿깅깜깨깻꽃꽈꿀꿈뀌끈끌끗낙낚냄냅냉넘넥넷녀녕녘논농"
    "뇨눌뉘뉨닉닌닐닙닥닭닷댄댑덕덱덴독돌돗돼될둔둡둥듈득딜딸떡떤똥뜨뜰뜸뜻랍"
    "랙랜랩렌렛렬례론롬롭롱뢰룡룩룬륙릇릉릭릴립맘맙맛맥맵맹먼멀멈멕멘멸몬몽묘"
    "묵묻뮤뮬므믹밍밖밝밥밭밸뱃벡벽병볶봄봇봉불뷔빌빛빡빵뺀뽕쁜삼샌샐샘샵샷섀"
    "섬섭섯섹셈셉셨셸손솔솟쇄쇠쇼숍숨숭숲쉬쉽슈싱싹쌀쌈쌍썬쑥악압앗앤얀얄얻얼"
    "엑엘염옐옛옳옴옷옹왕욕욱웅워웍웰융읍잉잎잡젊젓져젼죄죽줌쥬즉즘짐짓징짝짬"
    "찬찰찹책챕척첨촉춘춤친칭칸칼캄캐캔캠캡컷켓콜콤콩콰쿨쿼퀘퀵퀸킨킬탁탐탑탕"
    "턴텀텃텔퉁튀틱틴팔팜팝팩팰팸펀펄펌펜펫폭폴푸풍퓨픽핑핫핵햄햇헌헝헨헬혁혜"
    "혹횡휘흐흔흥힌힐"
)


def catalogue_syllables() -> set[int]:
    """Hangul syllables of our own Korean texts; none before there is a catalogue."""
    if not CATALOGUE.exists():
        return set()
    text = CATALOGUE.read_text(encoding="utf-8")
    return {ord(char) for char in text if ord(char) in HANGUL}


def is_everyday(codepoint: int) -> bool:
    """Whether KS X 1001, the 2,350 syllables of older systems, has the syllable."""
    return len(chr(codepoint).encode("euc_kr")) == EUC_KR_WIDTH


def split(codepoints: Iterable[int], count: int) -> list[list[int]]:
    """Cut into `count` runs of neighbours, which keeps the unicode-ranges short."""
    ordered = sorted(codepoints)
    size = -(-len(ordered) // count)
    return [ordered[at : at + size] for at in range(0, len(ordered), size)]


def plan_pieces(covered: set[int]) -> dict[str, list[int]]:
    """Assign every code point the font covers to exactly one named piece."""
    left = set(covered)
    pieces: dict[str, list[int]] = {}

    def take(name: str, wanted: Iterable[int]) -> None:
        if found := left.intersection(wanted):
            pieces[name] = sorted(found)
            left.difference_update(found)

    take("latin", LATIN)
    take("symbols", {point for point in left if point not in HANGUL})
    take("core", catalogue_syllables().union(map(ord, FREQUENT)))
    take("names", map(ord, NAMES))
    everyday = set(filter(is_everyday, left))
    plain = {point for point in everyday if (point - HANGUL.start) % FINALS in PLAIN_FINALS}
    for number, run in enumerate(split(plain, COMMON_PIECES), start=1):
        take(f"common-{number}", run)
    take("clusters", everyday)
    take("rare", left.copy())
    return pieces


def cut(source: Path, codepoints: list[int], target: Path) -> None:
    """Write the part of a font that draws `codepoints` as woff2."""
    options = subset.Options(
        flavor="woff2",
        hinting=False,
        layout_features=["ccmp", "calt", "kern", "mark", "mkmk"],
        name_IDs=[1, 2, 4, 6, *NOTICE_NAMES],
        recalc_timestamp=False,
    )
    options.drop_tables += ["vhea", "vmtx"]
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codepoints)
    subsetter.subset(font)
    subset.save_font(font, str(target), options)


def unicode_range(codepoints: list[int]) -> str:
    """The CSS value, e.g. `U+20-7E,U+A0`."""
    runs: list[list[int]] = []
    for point in codepoints:
        if runs and point == runs[-1][1] + 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in runs)


def face(filename: str, weight: int, codepoints: list[int]) -> str:
    return (
        '@font-face {\n  font-family: "Pretendard GOV";\n  font-style: normal;\n'
        f"  font-weight: {weight};\n  font-display: swap;\n"
        f'  src: url("../fonts/{filename}") format("woff2");\n'
        f"  unicode-range: {unicode_range(codepoints)};\n}}\n"
    )


def cut_all(sources: dict[int, Path]) -> list[str]:
    """Write every piece of every weight, a process per core; returns their rules."""
    rules = []
    with ProcessPoolExecutor() as pool:
        jobs = []
        for weight, source in sources.items():
            covered = set(TTFont(source).getBestCmap())
            for name, codepoints in plan_pieces(covered).items():
                target = FONTS / f"pretendard-gov-{weight}-{name}.woff2"
                jobs.append(pool.submit(cut, source, codepoints, target))
                rules.append(face(target.name, weight, codepoints))
        for job in jobs:
            job.result()
    return rules


def notice(source: Path) -> str:
    """The copyright and licence lines the font itself carries (SIL OFL 1.1)."""
    names = TTFont(source)["name"]
    return "\n".join(filter(None, map(names.getDebugName, NOTICE_NAMES))) + "\n"


def fingerprint(sources: Iterable[Path]) -> str:
    """Changes with the fonts, with this script and with the syllables we write."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for source in sources:
        digest.update(source.read_bytes())
    digest.update(repr(sorted(catalogue_syllables())).encode())
    return digest.hexdigest()


def is_current(stamp: str) -> bool:
    if not (STYLESHEET.exists() and NOTICE.exists()):
        return False
    rules = STYLESHEET.read_text(encoding="utf-8")
    wanted = {line.split('"')[1] for line in rules.splitlines() if "url(" in line}
    return stamp in rules and all((STYLESHEET.parent / address).exists() for address in wanted)


def main() -> int:
    sources = {
        weight: SOURCES / f"PretendardGOV-{name}.subset.woff2" for weight, name in WEIGHTS.items()
    }
    if not all(source.exists() for source in sources.values()):
        print("The webfonts are missing: run `npm ci` in static/ first.", file=sys.stderr)
        return 1
    stamp = fingerprint(sources.values())
    if is_current(stamp):
        return 0
    FONTS.mkdir(exist_ok=True)
    for stale in FONTS.glob("*.woff2"):
        stale.unlink()
    rules = cut_all(sources)
    NOTICE.write_text(notice(sources[400]), encoding="utf-8")
    heading = f"/* Made by scripts/subset_fonts.py from {stamp} */\n"
    STYLESHEET.write_text(heading + "".join(rules), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
