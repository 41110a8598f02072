"""The API's addresses of progress, files and jobs."""
