"""``python identity/manage.py clients register "My site" http://localhost:3000/cb``: clients, without a browser."""

from argparse import BooleanOptionalAction

from allauth.idp.oidc.models import Client
from django.core.management.base import BaseCommand, CommandError

from identity.account.client_form import ClientForm, values_of
from identity.models import Registration
from identity.provider.registrations import may_omit_pkce, registration_of


class Command(BaseCommand):
    help = "Registers, lists, changes and deletes the clients of Identity."

    def add_arguments(self, parser):
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list")
        register = verbs.add_parser("register")
        register.add_argument("name")
        register.add_argument("redirect_uris", nargs="+", metavar="redirect_uri")
        register.add_argument("--kind", choices=Registration.Kind.values, default=Registration.Kind.WEBSITE)
        change = verbs.add_parser("change")
        change.add_argument("client_id")
        change.add_argument("--name")
        change.add_argument("--redirect-uri", dest="redirect_uris", action="append")
        for verb in (register, change):
            verb.add_argument("--post-logout-redirect-uri", dest="post_logout_redirect_uris", action="append")
            verb.add_argument("--backchannel-logout-uri")
            verb.add_argument("--refresh", dest="may_refresh", action=BooleanOptionalAction)
            verb.add_argument("--pkce", action=BooleanOptionalAction, help="Without it, a website may omit PKCE.")
        verbs.add_parser("delete").add_argument("client_id")

    def handle(self, verb, **options):
        {"list": self.list, "register": self.register, "change": self.change, "delete": self.delete}[verb](options)

    def list(self, options):
        for client in Client.objects.select_related("registration").order_by("name", "pk"):
            omits = ", may omit PKCE" if may_omit_pkce(client) else ""
            addresses = " ".join(client.get_redirect_uris())
            self.stdout.write(f"{client.pk}  {client.name} ({registration_of(client).kind}{omits})  {addresses}")

    def register(self, options):
        client, secret = saved(ClientForm(given(options)))
        self.stdout.write(f"client_id      {client.pk}")
        if secret:
            self.stdout.write(f"client_secret  {secret}")

    def change(self, options):
        client = client_with(options["client_id"])
        saved(ClientForm(values_of(client) | given(options), client=client))
        self.stdout.write(f"{client.pk} is changed.")

    def delete(self, options):
        client = client_with(options["client_id"])
        client.delete()
        self.stdout.write(f"{options['client_id']} is deleted, and all its codes and tokens.")


def client_with(client_id: str) -> Client:
    if client := Client.objects.filter(pk=client_id).first():
        return client
    raise CommandError(f"There is no client {client_id}.")


def given(options: dict) -> dict:
    """What the form gets, of the options that were named."""
    named = {name: value for name, value in options.items() if value is not None and name in ClientForm.base_fields}
    if options["pkce"] is not None:
        named["may_omit_pkce"] = not options["pkce"]
    return {name: "\n".join(value) if isinstance(value, list) else value for name, value in named.items()}


def saved(form: ClientForm) -> tuple[Client, str]:
    if form.is_valid():
        return form.save()
    faults = [f"{form[name].label}: {fault}" for name, all_faults in form.errors.items() for fault in all_faults]
    raise CommandError("\n".join(faults))
