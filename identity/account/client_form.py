"""The form by which a client is registered and changed: for the page, and for the command."""

from secrets import token_urlsafe

from allauth.idp.oidc.models import Client
from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import make_password
from django.db import transaction

from identity.models import Registration
from identity.provider.client_addresses import fault_of
from identity.provider.registrations import SCOPES, may_omit_pkce, may_refresh, origin_in, registration_of

MAX_ADDRESSES = 10  # of one kind
WEBSITE = Registration.Kind.WEBSITE
BROWSER_APP = Registration.Kind.BROWSER_APP


class AddressesField(forms.CharField):
    """Addresses, one on each line."""

    widget = forms.Textarea

    def clean(self, value) -> list[str]:
        lines = [line.strip() for line in str(value or "").splitlines()]
        addresses = list(dict.fromkeys(filter(None, lines)))
        if self.required and not addresses:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(addresses) > MAX_ADDRESSES:
            raise forms.ValidationError(f"These are more than {MAX_ADDRESSES} addresses.")
        return addresses


class ClientForm(forms.Form):
    """What whoever builds a client says of it. The kind stays as it is: it decides whether there is a secret."""

    use_required_attribute = False

    name = forms.CharField(max_length=Client._meta.get_field("name").max_length, label="Name")
    kind = forms.ChoiceField(choices=Registration.Kind.choices, initial=WEBSITE, label="Kind")
    redirect_uris = AddressesField(label="Redirect URIs")
    post_logout_redirect_uris = AddressesField(required=False, label="Where to go after signing out")
    backchannel_logout_uri = forms.CharField(required=False, label="Where to send logout tokens")
    may_refresh = forms.BooleanField(required=False, label="It may have refresh tokens")
    may_omit_pkce = forms.BooleanField(required=False, label="It may omit PKCE")

    def __init__(self, data=None, *, client: Client | None = None):
        self.client = client
        super().__init__(data, initial=values_of(client) if client else None)
        if client:
            self.fields["kind"].disabled = True

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        kind = cleaned.get("kind", WEBSITE)
        for name in ("redirect_uris", "post_logout_redirect_uris"):
            for address in cleaned.get(name, []):
                self.check_address(name, address, kind)
        if address := cleaned.get("backchannel_logout_uri"):
            self.check_address("backchannel_logout_uri", address, WEBSITE)
        if kind != WEBSITE:
            for name, why in FOR_WEBSITES_ONLY.items():
                if cleaned.get(name):
                    self.add_error(name, why)
        return cleaned

    def check_address(self, name: str, address: str, kind: str) -> None:
        if fault := fault_of(address, kind):
            self.add_error(name, f"{address[:200]}: {fault}")

    @transaction.atomic
    def save(self, owner: AbstractBaseUser | None = None) -> tuple[Client, str]:
        """The client, and its secret, if it is new and has one: it is kept nowhere."""
        said, is_public, secret = self.cleaned_data, self.cleaned_data["kind"] != WEBSITE, ""
        client = self.client
        if client is None:
            secret = "" if is_public else token_urlsafe(32)
            client = Client(owner_id=owner.pk if owner else None, response_types=Client.ResponseType.CODE)
            client.type = Client.Type.PUBLIC if is_public else Client.Type.CONFIDENTIAL
            client.secret = make_password(secret or None, hasher="sha256_of_random")
            client.set_scopes(SCOPES)
        client.name = said["name"]
        client.set_redirect_uris(said["redirect_uris"])
        client.set_cors_origins(
            sorted({origin_in(address) for address in said["redirect_uris"]}) if said["kind"] == BROWSER_APP else []
        )
        refreshes = [Client.GrantType.REFRESH_TOKEN] if said["may_refresh"] else []
        client.set_grant_types([Client.GrantType.AUTHORIZATION_CODE, *refreshes])
        client.data = {"client_metadata": {"post_logout_redirect_uris": said["post_logout_redirect_uris"]}}
        if said["backchannel_logout_uri"]:
            client.data["client_metadata"]["backchannel_logout_uri"] = said["backchannel_logout_uri"]
        client.save()
        Registration.objects.update_or_create(
            client=client, defaults={"kind": said["kind"], "may_omit_pkce": said["may_omit_pkce"]}
        )
        return client, secret


FOR_WEBSITES_ONLY = {
    "may_omit_pkce": "Only a website may omit PKCE: nothing else protects the code of an app that keeps no secret.",
    "backchannel_logout_uri": "Only a website has a server that Identity could send a logout token to.",
}


def values_of(client: Client) -> dict:
    metadata = (client.data or {}).get("client_metadata", {})
    return {
        "name": client.name,
        "kind": registration_of(client).kind,
        "redirect_uris": "\n".join(client.get_redirect_uris()),
        "post_logout_redirect_uris": "\n".join(client.get_post_logout_redirect_uris()),
        "backchannel_logout_uri": metadata.get("backchannel_logout_uri", ""),
        "may_refresh": may_refresh(client),
        "may_omit_pkce": may_omit_pkce(client),
    }
