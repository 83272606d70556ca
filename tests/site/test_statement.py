"""The differences between two wordings of a statement."""

from __future__ import annotations

from onrecord.site.statement import differences


def test_differences_are_whole_words():
    found = differences("We will not pay, she said.", "We will never pay. She said.")
    assert "".join(piece.text for piece in found if piece.kind != "missing") == (
        "We will never pay. She said."
    )
    assert "".join(piece.text for piece in found if piece.kind != "added") == (
        "We will not pay, she said."
    )
    assert "never" in [piece.text for piece in found if piece.kind == "added"]
    assert [piece.kind for piece in differences("same words", "same words")] == ["same"]
    assert [(piece.kind, piece.text) for piece in differences("embarrassing", "embarrassed")] == [
        ("missing", "embarrassing"), ("added", "embarrassed"),
    ]  # fmt: skip
    assert [(piece.kind, piece.text) for piece in differences("भविष्य", "भविष्यत")] == [
        ("missing", "भविष्य"), ("added", "भविष्यत"),
    ]  # fmt: skip
    assert [piece.text for piece in differences("กำ", "กิ")] == ["กำ", "กิ"]
    assert [
        piece.text for piece in differences("我们不会付钱", "我们会付钱") if piece.kind == "missing"
    ] == ["不"]
