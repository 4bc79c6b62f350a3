"""Site A as it is, with another provider: every setting of ``OIDC_…`` that the environment names."""

import os

from site_a.settings import *  # noqa: F403

del OIDC_OP_ADDRESS  # noqa: F821  # the provider is where its own addresses say
globals().update({name: value for name, value in os.environ.items() if name.startswith("OIDC_")})
