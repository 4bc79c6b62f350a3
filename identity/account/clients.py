"""The pages on which a person registers clients of their own, changes and deletes them."""

from collections.abc import Callable
from functools import wraps

from allauth.idp.oidc.models import Client
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from identity.account.client_form import ClientForm
from identity.provider.registrations import is_open, may_omit_pkce, registration_of

MAX_CLIENTS = 20  # of one person


def while_open(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def answered(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not is_open():
            raise PermissionDenied("Nobody registers clients here.")
        return view(request, *args, **kwargs)

    return answered


def own_clients(request: HttpRequest) -> QuerySet[Client]:
    return Client.objects.select_related("registration").filter(owner=request.user.pk).order_by("name", "pk")


def own_client(request: HttpRequest, client_id: str) -> Client:
    client = own_clients(request).filter(pk=client_id).first() if "\0" not in client_id else None
    if client is None:
        raise Http404("You have no such client.")
    return client


@require_safe
@login_required
def clients(request: HttpRequest) -> HttpResponse:
    own = [(one, registration_of(one).get_kind_display(), may_omit_pkce(one)) for one in own_clients(request)]
    return render(request, "identity/clients.html", {"own": own, "is_open": is_open(), "most": MAX_CLIENTS})


@while_open
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def register(request: HttpRequest) -> HttpResponse:
    """The secret is on the page that answers, and nowhere else."""
    if own_clients(request).count() >= MAX_CLIENTS:
        return redirect("clients")
    form = ClientForm(request.POST or None)
    if not form.is_valid():
        return page_with_form(request, form)
    assert request.user.is_authenticated  # the decorator requires it
    client, secret = form.save(request.user)
    return render(request, "identity/client_registered.html", {"client": client, "secret": secret})


@while_open
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change(request: HttpRequest, client_id: str) -> HttpResponse:
    form = ClientForm(request.POST or None, client=own_client(request, client_id))
    if not form.is_valid():
        return page_with_form(request, form)
    form.save()
    return redirect("clients")


@while_open
@require_POST
@login_required
def delete(request: HttpRequest) -> HttpResponse:
    """With all its codes and tokens, and what people let it know."""
    own_client(request, request.POST.get("client", "")).delete()
    return redirect("clients")


def page_with_form(request: HttpRequest, form: ClientForm) -> HttpResponse:
    return render(request, "identity/client_form.html", {"form": form}, status=400 if form.is_bound else 200)
