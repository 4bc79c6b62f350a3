"""What a logout token says (Back-Channel Logout 1.0, 2.4)."""

import jwt
import pytest

from backchannel_logout.logout_token import EVENT
from identity.provider.signing_keys import rotate
from tests.backchannel_logout.op_sessions import claims_of, deliver_now, let_it_be_due
from tests.identity.provider.protocol import code_for

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_logout_token_has_what_the_specification_asks_for_and_no_nonce(signed_in, alice, receiver):
    code_for(signed_in)
    signed_in.post("/accounts/logout/")
    (token,) = receiver.got
    header, claims = jwt.get_unverified_header(token), claims_of(token)
    assert (header["typ"], header["alg"]) == ("logout+jwt", "RS256")
    assert claims.keys() == {"iss", "sub", "aud", "iat", "exp", "jti", "sid", "events"}
    assert claims["events"] == {EVENT: {}}
    assert claims["sub"] == alice.subject.value
    assert 0 < claims["exp"] - claims["iat"] <= 120
    assert receiver.hosts == [receiver.origin.removeprefix("http://")]


def test_each_try_has_a_token_of_its_own_signed_with_the_key_of_now(signed_in, receiver):
    code_for(signed_in)
    receiver.status = 500
    signed_in.post("/accounts/logout/")
    rotate()
    receiver.status = 204
    let_it_be_due()
    deliver_now()
    first, second = receiver.got
    assert claims_of(second)["jti"] != jwt.decode(first, options={"verify_signature": False})["jti"]
