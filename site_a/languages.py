"""The languages that the library speaks."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """``code`` is what goes into ``lang`` and ``direction`` into ``dir``; ``to_somebody`` has a place for a name."""

    code: str
    name: str
    greeting: str
    to_somebody: str
    shelf: str
    title: str
    author: str
    due: str
    direction: str = "ltr"


LANGUAGES = {
    language.code: language
    for language in (
        Language(
            "ar",
            "العربية",
            "أهلاً بك في المكتبة.",
            "أهلاً بك في المكتبة يا {name}.",
            "رفّك",
            "العنوان",
            "المؤلف",
            "موعد الإرجاع",
            "rtl",
        ),
        Language(
            "de",
            "Deutsch",
            "Willkommen in der Bibliothek.",
            "Willkommen in der Bibliothek, {name}.",
            "Dein Regal",
            "Titel",
            "Verfasst von",
            "Fällig",
        ),
        Language(
            "en",
            "English",
            "Welcome to the library.",
            "Welcome to the library, {name}.",
            "Your shelf",
            "Title",
            "Author",
            "Due",
        ),
        Language(
            "fr",
            "Français",
            "Bienvenue à la bibliothèque.",
            "Bienvenue à la bibliothèque, {name}.",
            "Votre étagère",
            "Titre",
            "Auteur",
            "À rendre le",
        ),
        Language(
            "ja",
            "日本語",
            "図書館へようこそ。",
            "{name}さん、図書館へようこそ。",
            "あなたの本棚",
            "題名",
            "著者",
            "返却期限",
        ),
        Language(
            "uk",
            "Українська",
            "Вітаємо в бібліотеці.",
            "{name}, вітаємо в бібліотеці.",
            "Ваша полиця",
            "Назва",
            "Автор",
            "Повернути до",
        ),
    )
}


def language_of(session) -> Language:
    """The language chosen in that session; English where none is."""
    return LANGUAGES.get(session.get("language"), LANGUAGES["en"])
