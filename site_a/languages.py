"""The languages in which the library greets."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """``code`` is what goes into ``lang``, ``greeting`` has a place for a name."""

    code: str
    name: str
    greeting: str
    to_somebody: str
    direction: str = "ltr"


LANGUAGES = {
    language.code: language
    for language in (
        Language("ar", "العربية", "أهلاً بك في المكتبة.", "أهلاً بك في المكتبة يا {name}.", "rtl"),
        Language("de", "Deutsch", "Willkommen in der Bibliothek.", "Willkommen in der Bibliothek, {name}."),
        Language("en", "English", "Welcome to the library.", "Welcome to the library, {name}."),
        Language("fr", "Français", "Bienvenue à la bibliothèque.", "Bienvenue à la bibliothèque, {name}."),
        Language("ja", "日本語", "図書館へようこそ。", "{name}さん、図書館へようこそ。"),
        Language("uk", "Українська", "Вітаємо в бібліотеці.", "Вітаємо в бібліотеці, {name}."),
    )
}
DEFAULT = LANGUAGES["en"]
