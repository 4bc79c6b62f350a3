"""A page of site A: the form that points it at another provider, which is asked first, and the button back."""

from django import forms
from django.conf import settings
from django.contrib import auth
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from lab import chosen_provider, runs
from lab.chosen_provider import Choice
from lab.servers import IDENTITY, client_id_of
from relying_party.metadata import WELL_KNOWN, NoMetadata, fault_of_address, metadata_of, misfits, notes, settings_for

START_TAKES = 4  # seconds: the page asks again after so many
TO_REGISTER = {
    "Redirect URI": "oidc_authentication_callback",
    "Post-logout redirect URI": "signed_out",
    "Back-channel logout URI": "oidc_backchannel_logout",
}


class ProviderForm(forms.Form):
    """What the provider’s metadata does not say. It is valid if that could be read, and fits."""

    use_required_attribute = False

    issuer = forms.CharField(max_length=500, label="Issuer")
    client_id = forms.CharField(max_length=255, label="Client ID")
    client_secret = forms.CharField(max_length=1000, required=False, strip=False, label="Client secret")

    choice: Choice

    def clean_issuer(self) -> str:
        issuer = self.cleaned_data["issuer"].removesuffix(WELL_KNOWN)
        if fault := fault_of_address(issuer):
            raise forms.ValidationError(f"It {fault}")
        if not {"?", "#"}.isdisjoint(issuer):
            raise forms.ValidationError("An issuer has no query and no fragment.")
        return issuer

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if not self.errors:
            self.ask(cleaned)
        return cleaned

    def ask(self, said: dict) -> None:
        """The provider, for its metadata: only once all that was typed can be right."""
        try:
            metadata = metadata_of(said["issuer"])
        except NoMetadata as reason:
            self.add_error("issuer", str(reason))
            return
        for text in misfits(metadata):
            self.add_error("issuer", text)
        more = [] if said["client_secret"] or "none" in metadata.client_authentication else [NO_SECRET]
        of_client = {
            "OIDC_RP_CLIENT_ID": said["client_id"],
            "OIDC_RP_CLIENT_SECRET": said["client_secret"] or None,
        }
        self.choice = Choice({**settings_for(metadata), **of_client}, (*notes(metadata), *more))


NO_SECRET = "It does not say that it knows clients without a secret."


@require_http_methods(["GET", "HEAD", "POST"])
def provider(request: HttpRequest) -> HttpResponse:
    check_is_offered()
    form = ProviderForm(request.POST or None)
    if form.is_valid():
        chosen_provider.keep(settings.SERVER, form.choice)
        return started_anew(request)
    choice = chosen_provider.choice_for(settings.SERVER)
    shown = {
        "form": form,
        "choice": choice,
        "is_in_force": is_in_force(choice),
        "to_register": {name: settings.SERVER.origin + reverse(view) for name, view in TO_REGISTER.items()},
    }
    response = render(request, "client_site/provider.html", shown, status=400 if form.is_bound else 200)
    if not shown["is_in_force"]:
        response.headers["Refresh"] = str(START_TAKES)  # by the browser, without script
    return response


@require_POST
def back_to_identity(request: HttpRequest) -> HttpResponse:
    check_is_offered()
    chosen_provider.forget(settings.SERVER)
    return started_anew(request)


def started_anew(request: HttpRequest) -> HttpResponse:
    """The settings are read at a start. Who is signed in was so by the word of a provider that is asked no more."""
    auth.logout(request)
    runs.ask_to_start_anew(settings.SERVER.name)
    return redirect("provider")


def check_is_offered() -> None:
    if not chosen_provider.is_offered():
        raise PermissionDenied("Only a lab for one person can be pointed at another provider.")
    if not settings.RUN.is_usual:
        raise PermissionDenied("A scenario is on. It is about Identity.")


def is_in_force(choice: Choice | None) -> bool:
    """Whether this process has read the settings of that choice, or of none."""
    usual = {"OIDC_OP_ISSUER": IDENTITY.origin, "OIDC_RP_CLIENT_ID": client_id_of(settings.SERVER)}
    return all(getattr(settings, name) == value for name, value in (choice.settings if choice else usual).items())
