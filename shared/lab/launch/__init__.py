"""How the lab starts: ``python -m lab.launch`` is what ``make run`` does.

``prepare`` makes what a server needs before it can answer, ``old_state`` brings along what earlier versions left,
``supervision`` ends what should end and starts anew what was edited, ``honcho_processes`` leaves nothing behind, and
``ready`` says when all is there. ``command_line`` and the command ``runserver`` are Django's own, at home in the lab.
Where a stage wants it, ``in_turn`` serves a server by two processes, ``redis_server`` runs beside them, and ``nginx``
before a server.
"""
