"""What all tests share: the same random numbers, whatever ran before."""

import pytest

import microbp


@pytest.fixture(autouse=True)
def _seeded():
    microbp.seed(0)
