"""Reading of spreadsheets in a child process of its own: knows neither Django nor the database.

``python -m exchange.reader SPEC`` reads the file that the JSON file SPEC names, writes its rows
to standard output as PostgreSQL COPY text and what there is to say about it to a result file.
Parsers abort, swell or loop on hostile files; here that costs one child and nothing else.
"""
