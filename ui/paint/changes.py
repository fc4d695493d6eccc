"""What differs between two scenes' elements: the painter paints nothing else. Pure."""

from collections.abc import Sequence

from ui.scene import Element


def changes(before: Sequence[Element], after: Sequence[Element]) -> tuple[list[Element], list[Element]]:
    """The elements that are gone, and those that have come; a moved one is in both lists.

    Two scenes of as many elements are held side by side: that is quicker than to reckon what they have in common, and
    most seconds are so.
    """
    if len(before) == len(after):
        pairs = [(old, new) for old, new in zip(before, after, strict=True) if old is not new and old != new]
        return [old for old, _ in pairs], [new for _, new in pairs]
    had, has = set(before), set(after)
    return [element for element in before if element not in has], [element for element in after if element not in had]
