"""The pages of the lab's inspector, in the order of their tabs."""

from lab.inspector.first_steps.views import first_steps
from lab.inspector.scenarios.views import listed
from session_inspector.inspector.pages import DEVTOOLS, EXPORT, GLOSSARY, LADDER, PASTE, SIDE_BY_SIDE, VISITORS, Page

FIRST_STEPS = Page("first_steps", "First steps", "first-steps/", first_steps)
SCENARIOS = Page("scenarios", "Scenarios", "scenarios/", listed)

PAGES = (SIDE_BY_SIDE, LADDER, FIRST_STEPS, SCENARIOS, VISITORS, DEVTOOLS, PASTE, GLOSSARY, EXPORT)
