"""Ids that exist, for Schemathesis: with random ones alone, every operation on something would answer that it is not there.

FLOWLET_TEST_IDS holds them as JSON: for each name of a parameter or field a list of ids.
"""

import json
import os

import schemathesis
from hypothesis import strategies as st

IDS = {name: st.sampled_from(ids) for name, ids in json.loads(os.environ["FLOWLET_TEST_IDS"]).items()}


@schemathesis.hook
def before_generate_path_parameters(context, strategy):
    return strategy.flatmap(with_ids)


@schemathesis.hook
def before_generate_body(context, strategy):
    return strategy.flatmap(with_ids)


def with_ids(values):
    """In three of four cases the ids are of things that exist."""
    if not isinstance(values, dict):
        return st.just(values)
    known = {name: strategy for name, strategy in IDS.items() if name in values}
    filled = st.fixed_dictionaries(known).map(lambda ids: {**values, **ids})
    return st.one_of(filled, filled, filled, st.just(values))
