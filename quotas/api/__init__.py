"""The API's addresses of filings and policies."""
