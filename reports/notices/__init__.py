"""Compliance notices: what is due, drafts with frozen figures, review, issue, answers."""
