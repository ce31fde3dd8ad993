"""Hypothesis strategies that several tests share."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["\ud800", "a\udfffb", "\x1b[31m", "", "true"]),
)
json_values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.text(max_size=8), st.just("text")), inner, max_size=4),
    ),
    max_leaves=12,
)
"""Any JSON value."""

_HEAD = ("id", "timestamp", "source", "message", "cause", "sid", "error", "type")
_KEYS = (*_HEAD, "action", "observation", "args", "content", "extras")
_ACTIONS = ("message", "run", "write", "delegate", "finish", "null", "change_agent_state")
_NAMES = (*_ACTIONS, "run_ipython", "error", "agent_state_changed", "teleport", "agent", "user")

wire_objects: st.SearchStrategy[dict[str, Any]] = st.dictionaries(
    st.sampled_from(_KEYS),
    st.one_of(
        st.sampled_from(_NAMES),
        json_values,
        st.dictionaries(
            st.sampled_from(["content", "thought", "extras", "wait_for_response", "agent_state"]),
            json_values,
            max_size=4,
        ),
    ),
    max_size=9,
)
"""Objects that look like events, with anything in their fields."""
