from tests.interop.conftest import elsewhere

__all__ = ["elsewhere"]
