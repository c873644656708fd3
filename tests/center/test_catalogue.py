from center import catalogue


def test_catalogue_when_compared_with_the_sources_then_complete():
    assert catalogue.problems() == []


def test_collect_when_sources_use_a_message_then_it_is_found():
    found = catalogue.collect()
    assert "Spaces and equipment" in found  # a template
    assert "That time has already passed." in found  # Python
    assert found["%(n)d hour"].id == ("%(n)d hour", "%(n)d hours")


def test_problems_when_a_message_is_missing_fuzzy_or_broken_then_named(monkeypatch):
    lacking = catalogue.load("ko")
    lacking.delete("Spaces and equipment")
    lacking["Guide"].string = ""
    lacking["Notices"].flags.add("fuzzy")
    lacking["Please call us at %(phone)s."].string = "%(telephone)s"
    monkeypatch.setattr(catalogue, "load", lambda language: lacking)
    named = " | ".join(catalogue.problems())
    for message in ("Spaces and equipment", "Guide", "Notices", "Please call us at %(phone)s."):
        assert message in named
