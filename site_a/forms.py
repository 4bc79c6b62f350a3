"""What a person may put into the session of the library."""

from django import forms

from site_a.languages import LANGUAGES
from site_a.session_meanings import MEANINGS

TIMEOUTS = {
    30: "30 seconds",
    120: "2 minutes",
    3600: "1 hour",
    0: "until the browser closes",
    1_209_600: "2 weeks",
}
MAX_OWN = 20  # a session is read whole with every request


class LanguageForm(forms.Form):
    language = forms.ChoiceField(
        choices=[(language.code, language.name) for language in LANGUAGES.values()],
        error_messages={"invalid_choice": "The library does not have that language. Choose one from the list."},
    )


class TimeoutForm(forms.Form):
    timeout = forms.TypedChoiceField(
        choices=list(TIMEOUTS.items()),
        coerce=int,
        error_messages={"invalid_choice": "There is no such timeout. Choose one from the list."},
    )


class NameForm(forms.Form):
    """The name of a value of one's own."""

    name = forms.RegexField(
        r"^[A-Za-z_][A-Za-z0-9_]*\Z",
        max_length=40,
        error_messages={
            "required": "Give the value a name.",
            "invalid": "A name begins with a letter. After it come letters, digits and underscores.",
            "max_length": "That name is too long: at most 40 characters.",
        },
    )

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if name.startswith("_"):
            raise forms.ValidationError("Names that begin with _ are Django’s own. Choose another.")
        if name.startswith("oidc_"):
            raise forms.ValidationError("Names that begin with oidc_ belong to the sign-in. Choose another.")
        return name


class OwnNameForm(NameForm):
    def clean_name(self) -> str:
        name = super().clean_name()
        if name in MEANINGS:
            raise forms.ValidationError(f"The library keeps its own {name} there. Choose another name.")
        return name


class OwnValueForm(OwnNameForm):
    value = forms.CharField(
        max_length=200,
        required=False,
        strip=False,
        error_messages={"max_length": "That value is too long: at most 200 characters."},
    )


def own_values(session) -> dict[str, object]:
    """What the person has put there, without what Django, the sign-in and the library keep."""
    return {name: value for name, value in session.items() if OwnNameForm({"name": name}).is_valid()}
