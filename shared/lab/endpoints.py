"""Where the servers of the lab let somebody sign out: paths that their forms send to."""

SIGN_OUT_OF_SITE = "/oidc/logout/"
SIGN_OUT_OF_SITE_AND_IDENTITY = "/oidc/logout-everywhere/"
SIGN_OUT_OF_IDENTITY = "/accounts/logout/"
END_OR_STAY = "/identity/o/logout/decide"  # the form of the page that asks
