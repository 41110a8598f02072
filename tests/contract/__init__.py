"""A second implementation of the spreadsheet contract, written from its text alone.

It shares no line with the application: where the two give different answers, one of them
reads the contract wrongly. Slow and plain on purpose: each question goes through all records.
"""
