"""What people let clients know: remembered until it is taken back, and asked once, where nobody else can be the client.

allauth looks for a token that is still good instead, which says yes for a person who was never asked, and no as soon as
the token has expired.
"""

from collections.abc import Iterable

from allauth.idp.oidc.internal.oauthlib.utils import get_validator_context
from allauth.idp.oidc.models import Client, Token
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from oauthlib.common import Request

from identity.models import Consent
from identity.provider.registrations import is_open_to_impostors


def of(user: AbstractBaseUser) -> QuerySet[Consent]:
    return Consent.objects.filter(user=user.pk).select_related("client").order_by("client__name", "pk")


def is_given(request: Request, user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether this person need not be asked: the client was registered so, or they said yes to all these scopes before,
    and no other app can have asked in its name (RFC 8252, 8.6).

    The address that they chose then is the one that the client gets.
    """
    if request.client.skip_consent:
        return True
    if is_open_to_impostors(request.client, request.redirect_uri):
        return False
    given = Consent.objects.filter(user=user.pk, client=request.client).first()
    if given is None or not set(request.scopes) <= set(given.scopes):
        return False
    get_validator_context().email = given.email or None
    return True


@transaction.atomic
def remember(user: AbstractBaseUser, client: Client, asked: Iterable[str], granted: Iterable[str], email: str) -> None:
    """The answer to the page of consent. What was granted before stays, but for what was asked again and refused."""
    given, _ = Consent.objects.select_for_update().get_or_create(user_id=user.pk, client=client)
    given.scopes = sorted(set(given.scopes) - set(asked) | set(granted))
    given.email, given.given_at = email, timezone.now()
    given.save()


@transaction.atomic
def take_back(given: Consent) -> None:
    """Also all codes and tokens that the client has for this person. The client is not notified."""
    given.delete()
    Token.objects.filter(user=given.user_id, client=given.client_id).delete()
