"""What every address of the API shares: errors, paging, rows and their description.

Imported by the addresses alone, so that no command pays for the REST framework.
"""
