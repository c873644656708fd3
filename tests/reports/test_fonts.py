"""What the font of files can show."""

from __future__ import annotations

from fontTools.ttLib import TTCollection

from center.reports import fonts


def test_known_when_read_from_bytes_then_what_a_library_of_fonts_reads():
    with TTCollection(fonts.FOLDER / "NotoSansCJK-Regular.ttc", lazy=True) as collection:
        assert fonts._known() == collection.fonts[0].getBestCmap().keys()


def test_displayable_when_hangul_then_every_syllable_and_no_emoji():
    syllables = "".join(map(chr, range(0xAC00, 0xD7A4)))
    assert fonts.displayable(syllables) == syllables
    assert fonts.displayable("카메라 🎥") == "카메라 □"
