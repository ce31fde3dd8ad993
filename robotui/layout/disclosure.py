"""Showing what is hidden, and hiding it: folded code, details of activities, places that are found.

What was opened or closed stays where it is on the screen.
"""

from __future__ import annotations

from robotui.chats.turns import Did, Remark
from robotui.layout.activity_section import ActivitySection
from robotui.layout.reply_entry import ReplyEntry
from robotui.layout.scrollback import Place
from robotui.layout.viewport import Viewport
from robotui.markdown import CodeBlock


def toggle_fold(view: Viewport, block: CodeBlock) -> None:
    """Fold a long block, or show all of it; its header or its fold stays where it is."""
    found = view.scrollback.find_code(block)
    if found is not None:
        place, section = found
        if section.folded:
            place = place._replace(line=place.line + 1 + section.folded.start)
        view.change(place, section.toggle_fold)


def toggle_detail(view: Viewport, place: Place, part: Did | Remark) -> None:
    """Show or hide the detail of an activity or a remark; its title, at ``place``, stays."""
    entry = view.scrollback.entries[place.entry]
    if isinstance(entry, ReplyEntry):
        view.change(place, lambda: entry.toggle(part))


def toggle_last_detail(view: Viewport) -> None:
    """Show or hide the detail of the last activity or remark of the latest reply that has one."""
    log = view.scrollback
    index = log.index_of()
    entry = log.entries[index] if index is not None else None
    if index is None or not isinstance(entry, ReplyEntry):
        return
    log.measure(index)
    for section in reversed(entry.stack.sections):
        if isinstance(section, ActivitySection) and section.can_expand:
            part = section.subject
            toggle_detail(view, Place(index, entry.stack.line_of(part), 0), part)
            break


def reveal(view: Viewport, place: Place) -> None:
    """Let a place be in view, whatever hides it; the end is not followed any more."""
    log = view.scrollback
    log.sync()
    log.measure(place.entry)
    log.entries[place.entry].reveal(*place[1:])
    log.touch(place.entry)
    view.show(place)
