import pytest


@pytest.fixture
def new_client(settings):
    """Make one more client, with cookies of its own."""
    from django.test import Client

    class Browser(Client):
        """Django's test client, asking this server under its own name, that forgets a cookie when it is told to."""

        def request(self, **request):
            response = super().request(**request)
            for name, morsel in response.cookies.items():
                if str(morsel["max-age"]) == "0":
                    self.cookies.pop(name)
            return response

    return lambda **options: Browser(headers={"host": settings.SERVER.netloc}, **options)


@pytest.fixture
def client(new_client):
    return new_client()
