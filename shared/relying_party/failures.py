"""Why a sign-in ended without anybody signed in."""


class SignInFailed(Exception):
    """A sign-in that cannot go on. Shown as a page, never as a 500.

    ``what`` is one sentence for the person; ``detail`` names the claim or the answer that was wrong, for the
    developer; ``status`` is 400 where the request was at fault, 502 where identity's answer was.
    """

    def __init__(self, what: str, detail: str = "", status: int = 400):
        super().__init__(what)
        self.what = what
        self.detail = detail
        self.status = status


def refuse_token(claim: str, detail: str) -> SignInFailed:
    return SignInFailed(f"The ID Token was refused because of its “{claim}”.", detail, status=502)
