"""What the two sites of the lab have in common, beside being Relying Parties: where identity is, and parts of pages.

Owns no behaviour of the protocol: that is ``shared.relying_party``, which any other project can take along.
"""
