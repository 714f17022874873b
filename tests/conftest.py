"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# A law is no measurement: on a busy machine an example may take longer than the 200 ms that Hypothesis allows. All else
# stays as in the profile in use (with CI set, the examples do not depend on chance).
settings.register_profile("isnad", settings(), deadline=None)
settings.load_profile("isnad")
