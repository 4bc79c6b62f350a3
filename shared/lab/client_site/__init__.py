"""What both sites of the lab have, beside being Relying Parties: settings, the page after signing out, parts of pages.

Owns no behaviour of the protocol: that is ``relying_party``, which any other project can take along.
"""
