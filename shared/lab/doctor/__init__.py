"""What is amiss with the set-up of the lab: ``make doctor``, or ``python -m lab.doctor``. It changes nothing.

``environment`` looks at Python and the virtual environment, and needs neither. ``checks`` is the table of all other
checks: of this ``machine``, of the ``state_folder``, of the ``secret_files`` in it, of ``postgresql``, and of the
``projects`` as their settings are. A check yields a ``Finding`` for each fault, and nothing if there is none.
"""
