"""The key: who has entered it sees all visitors, where each sees only their own, and may do what concerns all."""
